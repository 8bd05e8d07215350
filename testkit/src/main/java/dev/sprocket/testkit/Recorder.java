package dev.sprocket.testkit;

import dev.sprocket.core.Connection;
import dev.sprocket.core.Message;
import dev.sprocket.core.MessageComponent;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * An application that writes down what happens to it: {@code open}, {@code message hi}, {@code error boom}, {@code close}.
 * Messages can tell it what to do: {@code throw}, {@code close}, {@code echo …}.
 *
 * <p>Threads: those of the stack; read it when that is at rest.
 */
public final class Recorder implements MessageComponent<Connection, Message> {
    private final List<String> log = new ArrayList<>();
    private final Set<Connection> connections = new LinkedHashSet<>();
    private boolean errorThrows;
    private @Nullable Boolean sentAfterClose;

    @Override
    public void onOpen(Connection conn) {
        add("open", conn);
    }

    @Override
    public void onMessage(Connection from, Message message) {
        String text = message.text();
        add("message " + text, from);
        if (text.equals("throw")) {
            throw new IllegalStateException("boom");
        }
        if (text.equals("close")) {
            from.close();
        }
        if (text.startsWith("echo ")) {
            from.send(text.substring(5));
        }
    }

    @Override
    public void onError(Connection conn, Throwable cause) {
        add("error " + cause.getMessage(), conn);
        if (errorThrows) {
            throw new IllegalStateException("and again");
        }
    }

    @Override
    public void onClose(Connection conn) {
        add("close", conn);
        sentAfterClose = conn.send("too late");
    }

    private synchronized void add(String entry, Connection conn) {
        log.add(entry);
        connections.add(conn);
    }

    /** From now on {@code onError} throws as well. */
    public void failInErrors() {
        errorThrows = true;
    }

    /** What happened so far. */
    public synchronized List<String> log() {
        return List.copyOf(log);
    }

    /** The connections that it was handed, each once. */
    public synchronized List<Connection> connections() {
        return List.copyOf(connections);
    }

    /** What {@code send} returned in {@code onClose}. */
    public @Nullable Boolean sentAfterClose() {
        return sentAfterClose;
    }
}
