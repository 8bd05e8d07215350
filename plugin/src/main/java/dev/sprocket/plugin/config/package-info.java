/** Options and settings of factories, and errors in configuration files. */
@CheckReturnValue
@NullMarked
package dev.sprocket.plugin.config;

import com.google.errorprone.annotations.CheckReturnValue;
import org.jspecify.annotations.NullMarked;
