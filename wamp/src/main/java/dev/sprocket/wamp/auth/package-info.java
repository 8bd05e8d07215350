/** Authentication of WAMP clients. */
@NullMarked
package dev.sprocket.wamp.auth;

import org.jspecify.annotations.NullMarked;
