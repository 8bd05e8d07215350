/** Stacks in Java with instances from Guice. */
@NullMarked
package dev.sprocket.plugin.stack;

import org.jspecify.annotations.NullMarked;
