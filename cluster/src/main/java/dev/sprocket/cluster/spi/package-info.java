/** Interface of engines, and the envelope of events between nodes. */
@CheckReturnValue
@NullMarked
package dev.sprocket.cluster.spi;

import com.google.errorprone.annotations.CheckReturnValue;
import org.jspecify.annotations.NullMarked;
