/** Topics of a node that never meet: those of realms with private topics. */
@CheckReturnValue
@NullMarked
package dev.sprocket.cluster.internal.scope;

import com.google.errorprone.annotations.CheckReturnValue;
import org.jspecify.annotations.NullMarked;
