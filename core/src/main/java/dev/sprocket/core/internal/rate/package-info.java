/** Token buckets of rate limits. */
@NullMarked
package dev.sprocket.core.internal.rate;

import org.jspecify.annotations.NullMarked;
