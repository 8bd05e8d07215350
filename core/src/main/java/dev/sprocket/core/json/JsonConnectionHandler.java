package dev.sprocket.core.json;

import dev.sprocket.core.Attributes;
import dev.sprocket.core.Connection;
import dev.sprocket.core.MessageComponent;
import dev.sprocket.core.spi.ComponentInvoker;
import dev.sprocket.core.spi.StackedConnection;
import java.util.function.Function;

/** Per-connection handler of {@link Json}, which is also the connection. */
final class JsonConnectionHandler<T> implements JsonConnection<T>, StackedConnection {
    private final Connection underlying;
    private final Function<T, String> writer;
    private final Attributes attributes;
    private final ComponentInvoker<JsonConnection<T>> invoker;

    JsonConnectionHandler(
            MessageComponent<? super JsonConnection<T>, ? super T> app,
            Connection underlying,
            Function<T, String> writer) {
        this.underlying = underlying;
        this.writer = writer;
        this.attributes = new Attributes(underlying.attributes());
        this.invoker = new ComponentInvoker<>(app, this);
    }

    void open() {
        invoker.open();
    }

    void deliver(MessageComponent<? super JsonConnection<T>, ? super T> app, T value) {
        invoker.deliver(app, value);
    }

    void fail(Throwable cause) {
        invoker.fail(cause);
    }

    void closed() {
        invoker.close();
    }

    @Override
    public boolean send(T value) {
        return isOpen() && underlying.send(writer.apply(value));
    }

    /** Queues text that is already JSON. */
    @Override
    public Connection underlying() {
        return underlying;
    }

    @Override
    public Attributes attributes() {
        return attributes;
    }

    @Override
    public String toString() {
        return underlying.toString();
    }
}
