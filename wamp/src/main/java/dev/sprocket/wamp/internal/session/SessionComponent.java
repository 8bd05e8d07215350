package dev.sprocket.wamp.internal.session;

import dev.sprocket.core.CloseReason;
import dev.sprocket.core.ConcurrentComponent;
import dev.sprocket.core.Connection;
import dev.sprocket.core.Message;
import dev.sprocket.core.StatefulComponent;
import dev.sprocket.core.filter.Limiter;
import java.util.Optional;
import java.util.function.Function;

/**
 * Serves WAMP sessions over the connections of a transport.
 *
 * <p>Callbacks run on the threads of the surrounding stack.
 */
@ConcurrentComponent
public final class SessionComponent<C extends Connection> extends StatefulComponent<C, Message, SessionHandler>
        implements Limiter.RejectionListener<C> {
    private final Function<? super C, ? extends SessionHandler> sessions;

    /**
     * Creates a component.
     *
     * @param sessions creates the session of a connection
     */
    public SessionComponent(Function<? super C, ? extends SessionHandler> sessions) {
        this.sessions = sessions;
    }

    @Override
    protected Optional<SessionHandler> newState(C conn) {
        return Optional.of(sessions.apply(conn));
    }

    @Override
    protected void onOpen(C conn, SessionHandler session) {
        session.open();
    }

    @Override
    protected void onMessage(C from, Message message, SessionHandler session) {
        session.receive(message);
    }

    /** Answers every request of a rejected message with an error; under WAMP v1 only calls. */
    @Override
    public void onRejected(C from, Message message, CloseReason.Rejection rejection) {
        state(from).ifPresent(session -> session.reject(message, rejection));
    }

    @Override
    protected void onError(C conn, Throwable cause, SessionHandler session) {
        session.fail(cause);
    }

    @Override
    protected void onClose(C conn, SessionHandler session) {
        session.end();
    }
}
