/** Keys of configuration files, their sources and their reference. */
@CheckReturnValue
@NullMarked
package dev.sprocket.config.internal.schema;

import com.google.errorprone.annotations.CheckReturnValue;
import org.jspecify.annotations.NullMarked;
