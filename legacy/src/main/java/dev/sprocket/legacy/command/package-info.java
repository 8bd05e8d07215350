/** Applications whose callbacks return commands, as in the first version of Ratchet. */
@CheckReturnValue
@NullMarked
package dev.sprocket.legacy.command;

import com.google.errorprone.annotations.CheckReturnValue;
import org.jspecify.annotations.NullMarked;
