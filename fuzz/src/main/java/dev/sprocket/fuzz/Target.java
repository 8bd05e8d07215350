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

/** What the targets share: a connection that is sent bytes in pieces, next to one that must not notice. */
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

    /** Sends the rest of the input in pieces of sizes that the input chooses, and returns all that was answered. */
    byte[] feed(FuzzedDataProvider input) {
        ByteArrayOutputStream answers = new ByteArrayOutputStream();
        while (input.remainingBytes() > 0) {
            int size = input.consumeInt(1, 64);
            byte[] piece = input.consumeBytes(size);
            if (piece.length > 0) {
                write(piece);
            }
            answers.writeBytes(socket.read());
        }
        return answers.toByteArray();
    }

    void write(byte[] bytes) {
        try {
            socket.write(bytes);
        } catch (RuntimeException e) {
            escaped.add(e);
        }
    }

    /** Hangs up; fails if anything but the connection suffered. */
    void end() {
        socket.close();
        neighbour.write("still there");
        if (!neighbour.readText().equals("still there")) {
            throw new AssertionError("the neighbour was disturbed");
        }
        neighbour.close();
        if (!escaped.isEmpty()) {
            throw new AssertionError("an exception got out of the pipeline", escaped.get(0));
        }
    }
}
