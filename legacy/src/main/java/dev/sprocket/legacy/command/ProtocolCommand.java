package dev.sprocket.legacy.command;

import com.google.errorprone.annotations.ThreadSafe;

/**
 * Command of a protocol, such as a response to a call.
 *
 * <p>Only the protocol knows its effect, so it returns no further command.
 */
@ThreadSafe
public non-sealed interface ProtocolCommand extends Command {
    /**
     * Executes the command. Called by the executor, once for each time that it was returned; applications only return
     * it.
     */
    void execute() throws Exception;
}
