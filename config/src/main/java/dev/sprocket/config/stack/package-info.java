/** Stacks in Java with instances from Guice. */
@NullMarked
package dev.sprocket.config.stack;

import org.jspecify.annotations.NullMarked;
