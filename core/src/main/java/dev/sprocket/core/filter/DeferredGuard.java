package dev.sprocket.core.filter;

import dev.sprocket.core.Component;
import dev.sprocket.core.Connection;
import dev.sprocket.core.DelegatingComponent;
import dev.sprocket.core.MessageComponent;
import dev.sprocket.core.StatefulComponent;
import dev.sprocket.core.spi.ComponentInvoker;
import java.util.Optional;

/**
 * Base class of decorators that admit a connection some time after it has opened.
 *
 * <p>For checks that wait for another system, or for the first messages of the connection. A connection that is not
 * admitted never reaches the component inside.
 *
 * <p>Callbacks run on the threads of the surrounding stack.
 *
 * @param <A> admission of one connection
 */
public abstract class DeferredGuard<C extends Connection, M, A extends DeferredGuard.Admission<C, M>>
        extends StatefulComponent<C, M, A> implements DelegatingComponent {
    private final MessageComponent<? super C, ? super M> inner;

    /** Creates a guard of a component. */
    protected DeferredGuard(MessageComponent<? super C, ? super M> inner) {
        this.inner = inner;
    }

    /**
     * Admission of one connection.
     *
     * <p>Not thread-safe; used by the callbacks of its connection, and by tasks that do not overlap with them.
     */
    public abstract static class Admission<C extends Connection, M> {
        private enum State {
            PENDING,
            ADMITTED,
            ENDED
        }

        private final MessageComponent<? super C, ? super M> inner;
        private final ComponentInvoker<C> invoker;
        private State state = State.PENDING;

        /** Creates a pending admission to the component inside a guard. */
        protected Admission(DeferredGuard<C, M, ?> guard, C conn) {
            this.inner = guard.inner;
            this.invoker = new ComponentInvoker<>(guard.inner, conn);
        }

        /** Starts the check. Called once, when the connection opens. */
        protected abstract void start() throws Exception;

        /** Called for a message that arrives before the connection is admitted. Ignores it by default. */
        protected void onEarlyMessage(M message) throws Exception {}

        /** Reports whether the connection was neither admitted nor rejected nor closed. */
        protected final boolean isPending() {
            return state == State.PENDING;
        }

        /** Admits the connection: opens the component inside. No effect unless it is pending. */
        protected final void admit() {
            if (state == State.PENDING) {
                state = State.ADMITTED;
                invoker.open();
            }
        }

        /** Ends the admission because the connection is rejected. The caller closes or answers it. */
        protected final void end() {
            if (state == State.PENDING) {
                state = State.ENDED;
            }
        }

        /** Delivers a message to the component inside. No effect unless the connection is admitted and open. */
        protected final void deliver(M message) {
            invoker.deliver(inner, message);
        }
    }

    /** Creates the admission of a connection that opens. */
    protected abstract A newAdmission(C conn);

    @Override
    protected final Optional<A> newState(C conn) {
        return Optional.of(newAdmission(conn));
    }

    @Override
    protected final void onOpen(C conn, A admission) throws Exception {
        admission.start();
    }

    @Override
    protected final void onMessage(C from, M message, A admission) throws Exception {
        if (admission.isPending()) {
            admission.onEarlyMessage(message);
        } else {
            admission.deliver(message);
        }
    }

    /** Returns the component inside, once the connection is admitted. */
    @Override
    @SuppressWarnings("unchecked") // called for connections that were opened
    public final Optional<Component<?>> passesTo(Connection conn) {
        return state((C) conn).filter(DeferredGuard::isAdmitted).map(admission -> inner);
    }

    /** Passes a failure to the component inside if the connection was admitted. Otherwise the cause is thrown. */
    @Override
    protected final void onError(C conn, Throwable cause, A admission) throws Exception {
        if (isAdmitted(admission)) {
            invoker(admission).fail(cause);
        } else {
            admission.end();
            super.onError(conn, cause, admission);
        }
    }

    @Override
    protected final void onClose(C conn, A admission) {
        admission.end();
        invoker(admission).close();
    }

    private static boolean isAdmitted(Admission<?, ?> admission) {
        return admission.state == Admission.State.ADMITTED;
    }

    private static <C extends Connection> ComponentInvoker<C> invoker(Admission<C, ?> admission) {
        return admission.invoker;
    }

    @Override
    public final Optional<Component<?>> delegate() {
        return Optional.of(inner);
    }

    @Override
    public String toString() {
        return getClass().getSimpleName() + "(" + inner + ")";
    }
}
