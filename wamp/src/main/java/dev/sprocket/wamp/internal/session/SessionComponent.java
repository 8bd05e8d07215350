package dev.sprocket.wamp.internal.session;

import dev.sprocket.core.AttributeKey;
import dev.sprocket.core.ConcurrentComponent;
import dev.sprocket.core.Connection;
import dev.sprocket.core.Message;
import dev.sprocket.core.MessageComponent;
import dev.sprocket.core.RejectedException;
import dev.sprocket.core.filter.RejectionListener;
import java.util.function.Function;

/**
 * Serves WAMP sessions over the connections of a transport.
 *
 * <p>Callbacks run on the threads of the surrounding stack.
 */
@ConcurrentComponent
public final class SessionComponent<C extends Connection>
        implements MessageComponent<C, Message>, RejectionListener<C> {
    private static final AttributeKey<SessionHandler> SESSION =
            AttributeKey.of("WAMP session", "was SessionComponent.onOpen called?");

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
    public void onOpen(C conn) {
        SessionHandler session = sessions.apply(conn);
        SESSION.set(conn, session);
        session.open();
    }

    @Override
    public void onMessage(C from, Message message) {
        SESSION.get(from).receive(message);
    }

    /** Answers every request of a rejected message with an error; under WAMP v1 only calls. */
    @Override
    public void onRejected(C from, Message message, RejectedException rejection) {
        SESSION.get(from).reject(message, rejection);
    }

    @Override
    public void onError(C conn, Throwable cause) throws Exception {
        SessionHandler session = SESSION.peek(conn);
        if (session != null) {
            session.fail(cause);
        } else {
            MessageComponent.super.onError(conn, cause);
        }
    }

    @Override
    public void onClose(C conn) {
        SessionHandler session = SESSION.peek(conn);
        if (session != null) {
            session.end();
        }
    }
}
