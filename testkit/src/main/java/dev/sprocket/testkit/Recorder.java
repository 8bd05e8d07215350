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
 * Component that records its callbacks.
 *
 * <p>The log contains {@code open}, {@code message hi}, {@code error boom} and {@code close}. The messages {@code
 * throw}, {@code close} and {@code echo …} are executed as commands. Callbacks run on the threads of the stack; read
 * the log when no callbacks are running.
 */
public final class Recorder implements MessageComponent<Connection, Message> {
    private final List<String> log = new ArrayList<>();
    private final Set<Connection> connections = new LinkedHashSet<>();
    private final List<Message> messages = new ArrayList<>();
    private final List<String> texts = new ArrayList<>();
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
        remember(message, text);
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

    /** Makes {@code onError} throw, too. */
    public void throwInOnError() {
        errorThrows = true;
    }

    /** Returns the recorded callbacks. */
    public synchronized List<String> log() {
        return List.copyOf(log);
    }

    /** Returns the distinct connections of all callbacks. */
    public synchronized List<Connection> connections() {
        return List.copyOf(connections);
    }

    private synchronized void remember(Message message, String text) {
        messages.add(message);
        texts.add(text);
    }

    /**
     * Returns the messages that changed after their callback.
     *
     * <p>A message must keep its content or fail when it is used after the callback. A layer that creates messages from
     * buffers uses {@code spi.BorrowedMessages} and invalidates them when the callback has returned.
     */
    public synchronized List<String> leaked() {
        List<String> leaked = new ArrayList<>();
        for (int i = 0; i < messages.size(); i++) {
            String now;
            try {
                now = messages.get(i).text();
            } catch (IllegalStateException e) {
                now = String.valueOf(e.getMessage()).contains("copy()") ? texts.get(i) : e.toString();
            }
            if (!now.equals(texts.get(i))) {
                leaked.add(texts.get(i) + ": " + now);
            }
        }
        return leaked;
    }

    /** Returns the result of {@code send} in {@code onClose}. */
    public @Nullable Boolean sentAfterClose() {
        return sentAfterClose;
    }
}
