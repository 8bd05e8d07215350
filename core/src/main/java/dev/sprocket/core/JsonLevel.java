package dev.sprocket.core;

import dev.sprocket.core.spi.Failing;
import dev.sprocket.core.spi.Level;
import java.net.SocketAddress;
import java.util.function.Function;

/** The level of {@link Json}: one for each connection, which it also is. */
final class JsonLevel<T> implements JsonConnection<T>, Failing {
    private final Connection below;
    private final Function<T, String> writer;
    private final Facts facts;
    private final Level<JsonConnection<T>> level;

    JsonLevel(
            MessageComponent<? super JsonConnection<T>, ? super T> app, Connection below, Function<T, String> writer) {
        this.below = below;
        this.writer = writer;
        this.facts = new Facts(below.facts());
        this.level = new Level<>(app, this);
    }

    void open() {
        level.open();
    }

    void deliver(MessageComponent<? super JsonConnection<T>, ? super T> app, T value) {
        level.deliver(app, value);
    }

    void fail(Throwable cause) {
        level.fail(cause);
    }

    void end() {
        level.close();
    }

    @Override
    public boolean send(T value) {
        return isOpen() && below.send(writer.apply(value));
    }

    /** Sends text that is JSON already. */
    @Override
    public boolean send(Message message) {
        return below.send(message);
    }

    @Override
    public void close() {
        below.close();
    }

    @Override
    public void closeFailed(Throwable cause) {
        Failing.close(below, cause);
    }

    @Override
    public boolean isOpen() {
        return below.isOpen();
    }

    @Override
    public boolean isWritable() {
        return below.isWritable();
    }

    @Override
    public void onWritable(Runnable task) {
        below.onWritable(task);
    }

    @Override
    public SocketAddress remoteAddress() {
        return below.remoteAddress();
    }

    @Override
    public SocketAddress localAddress() {
        return below.localAddress();
    }

    @Override
    public Facts facts() {
        return facts;
    }

    @Override
    public String toString() {
        return below.toString();
    }
}
