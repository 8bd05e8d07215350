package dev.sprocket.core;

import dev.sprocket.core.spi.CloseableWithCause;
import dev.sprocket.core.spi.ComponentInvoker;
import dev.sprocket.core.spi.StackedConnection;
import java.util.function.Function;

/** The level of {@link Json}: one for each connection, which it also is. */
final class JsonConnectionHandler<T> implements JsonConnection<T>, CloseableWithCause, StackedConnection {
    private final Connection below;
    private final Function<T, String> writer;
    private final Attributes facts;
    private final ComponentInvoker<JsonConnection<T>> level;

    JsonConnectionHandler(
            MessageComponent<? super JsonConnection<T>, ? super T> app, Connection below, Function<T, String> writer) {
        this.below = below;
        this.writer = writer;
        this.facts = new Attributes(below.attributes());
        this.level = new ComponentInvoker<>(app, this);
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
    public void closeWithCause(Throwable cause) {
        CloseableWithCause.close(below, cause);
    }

    @Override
    public boolean isOpen() {
        return below.isOpen();
    }

    @Override
    public Connection underlying() {
        return below;
    }

    @Override
    public Attributes attributes() {
        return facts;
    }

    @Override
    public String toString() {
        return below.toString();
    }
}
