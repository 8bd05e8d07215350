package dev.sprocket.fuzz;

import com.code_intelligence.jazzer.api.FuzzedDataProvider;
import dev.sprocket.core.Connection;
import dev.sprocket.core.EchoServer;
import dev.sprocket.core.Message;
import dev.sprocket.core.MessageComponent;
import dev.sprocket.testkit.MemorySocket;
import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.List;

/**
 * Connection that receives the fuzzed bytes, and a neighbour that must stay unaffected.
 *
 * <p>All targets use it.
 */
final class Target {
    private final MemorySocket socket;
    private final MemorySocket neighbour;
    private final List<Throwable> escaped = new ArrayList<>();

    Target(MessageComponent<? super Connection, ? super Message> stack) {
        this.socket = MemorySocket.to(stack);
        this.neighbour = MemorySocket.to(new EchoServer());
    }

    MemorySocket socket() {
        return socket;
    }

    /** Sends the remaining input in pieces of sizes chosen by the input. Returns all responses. */
    byte[] feed(FuzzedDataProvider input) {
        ByteArrayOutputStream responses = new ByteArrayOutputStream();
        while (input.remainingBytes() > 0) {
            int size = input.consumeInt(1, 64);
            byte[] piece = input.consumeBytes(size);
            if (piece.length > 0) {
                write(piece);
            }
            responses.writeBytes(socket.read());
        }
        return responses.toByteArray();
    }

    void write(byte[] bytes) {
        try {
            socket.write(bytes);
        } catch (RuntimeException e) {
            escaped.add(e);
        }
    }

    /** Closes the connection. Fails if an exception escaped or the neighbour was affected. */
    void end() {
        socket.close();
        neighbour.write("ping");
        if (!neighbour.readText().equals("ping")) {
            throw new AssertionError("neighbour connection affected");
        }
        neighbour.close();
        if (!escaped.isEmpty()) {
            throw new AssertionError("exception escaped the pipeline", escaped.get(0));
        }
    }
}
