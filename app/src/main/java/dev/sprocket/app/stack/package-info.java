/** Layers of Sprocket as values, for stacks in Java. */
@NullMarked
package dev.sprocket.app.stack;

import org.jspecify.annotations.NullMarked;
