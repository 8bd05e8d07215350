/** Contracts of components and layers, to extend in tests. */
@CheckReturnValue
@NullMarked
package dev.sprocket.testkit.contract;

import com.google.errorprone.annotations.CheckReturnValue;
import org.jspecify.annotations.NullMarked;
