/** Reflection into the modules of applications. */
@NullMarked
package dev.sprocket.core.internal.reflect;

import org.jspecify.annotations.NullMarked;
