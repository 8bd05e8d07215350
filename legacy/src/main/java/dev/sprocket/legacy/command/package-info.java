/** Applications whose callbacks return commands, as in the first version of Ratchet. */
@NullMarked
package dev.sprocket.legacy.command;

import org.jspecify.annotations.NullMarked;
