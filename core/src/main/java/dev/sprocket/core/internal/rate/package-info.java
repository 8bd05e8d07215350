/** Token buckets of rate limits. */
@CheckReturnValue
@NullMarked
package dev.sprocket.core.internal.rate;

import com.google.errorprone.annotations.CheckReturnValue;
import org.jspecify.annotations.NullMarked;
