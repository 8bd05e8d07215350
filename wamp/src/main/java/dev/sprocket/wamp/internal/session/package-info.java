/** Sessions of both versions: transport side, permissions, memory. */
@NullMarked
package dev.sprocket.wamp.internal.session;

import org.jspecify.annotations.NullMarked;
