package dev.sprocket.core;

import com.google.errorprone.annotations.ThreadSafe;

/**
 * A command that a protocol adds to those of {@link Command}, such as an answer to a call. What it does is known to the protocol
 * alone; so it returns no further command, and is otherwise like any other.
 */
@ThreadSafe
public non-sealed interface ProtocolCommand extends Command {
    /** Does it. Called by what carries commands out, once for each time that it was returned; applications return it. */
    void execute() throws Exception;
}
