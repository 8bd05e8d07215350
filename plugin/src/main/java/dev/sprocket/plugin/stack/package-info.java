/** Stacks in Java with instances from Guice, and groups of endpoints. */
@NullMarked
package dev.sprocket.plugin.stack;

import org.jspecify.annotations.NullMarked;
