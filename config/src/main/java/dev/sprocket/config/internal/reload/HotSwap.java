package dev.sprocket.config.internal.reload;

import com.google.errorprone.annotations.ThreadSafe;
import dev.sprocket.core.Component;
import dev.sprocket.core.ConcurrentComponent;
import dev.sprocket.core.Connection;
import dev.sprocket.core.Dispatcher;
import dev.sprocket.core.Message;
import dev.sprocket.core.MessageComponent;
import dev.sprocket.http.RequestHeadListener;
import java.util.Optional;

/**
 * Component that can be replaced while connections are open.
 *
 * <p>An open connection keeps the component with which it was opened. It accepts requests by their head, as the routers
 * in it do.
 */
@ThreadSafe
@ConcurrentComponent
public final class HotSwap<C extends Connection> extends Dispatcher<C, Message> implements RequestHeadListener {
    private volatile MessageComponent<? super C, ? super Message> current;

    public HotSwap(MessageComponent<? super C, ? super Message> first) {
        this.current = first;
    }

    public MessageComponent<? super C, ? super Message> current() {
        return current;
    }

    @Override
    public Optional<Component<?>> delegate() {
        return Optional.of(current);
    }

    public void replace(MessageComponent<? super C, ? super Message> next) {
        current = next;
    }

    @Override
    protected Optional<MessageComponent<? super C, ? super Message>> choose(C conn) {
        return Optional.of(current);
    }
}
