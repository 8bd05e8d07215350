/** Recovery of the clients of session stores. */
@NullMarked
package dev.sprocket.session.internal.client;

import org.jspecify.annotations.NullMarked;
