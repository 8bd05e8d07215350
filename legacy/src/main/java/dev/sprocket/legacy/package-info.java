/**
 * Support for old clients and for applications in the style of the first Ratchet.
 *
 * <p>{@code command} contains applications whose callbacks return commands, {@code websocket} the drafts before RFC
 * 6455, {@code flash} the policy file of Flash. A plugin makes the latter two available to
 * configuration files.
 */
@CheckReturnValue
@NullMarked
package dev.sprocket.legacy;

import com.google.errorprone.annotations.CheckReturnValue;
import org.jspecify.annotations.NullMarked;
