/** Memory budget of incomplete requests and messages. */
@NullMarked
package dev.sprocket.core.internal.flow;

import org.jspecify.annotations.NullMarked;
