/** Authentication and roles of users. */
@NullMarked
package dev.sprocket.http.auth;

import org.jspecify.annotations.NullMarked;
