/** Lease of this node, and what it knows of the others. */
@CheckReturnValue
@NullMarked
package dev.sprocket.cluster.internal.directory;

import com.google.errorprone.annotations.CheckReturnValue;
import org.jspecify.annotations.NullMarked;
