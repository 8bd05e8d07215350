/** Access of layers to messages that they lend to components. */
@NullMarked
package dev.sprocket.core.internal.message;

import org.jspecify.annotations.NullMarked;
