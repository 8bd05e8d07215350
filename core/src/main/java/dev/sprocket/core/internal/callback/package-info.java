/** Inspection of the callbacks that a component implements. */
@NullMarked
package dev.sprocket.core.internal.callback;

import org.jspecify.annotations.NullMarked;
