package dev.sprocket.testkit.contract;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import dev.sprocket.core.Attributes;
import dev.sprocket.core.CloseReason;
import dev.sprocket.core.ConcurrentComponent;
import dev.sprocket.core.Connection;
import dev.sprocket.core.ForwardingComponent;
import dev.sprocket.core.Message;
import dev.sprocket.core.MessageComponent;
import dev.sprocket.core.PerConnection;
import dev.sprocket.core.filter.DeferredGuard;
import dev.sprocket.core.filter.Guard;
import dev.sprocket.core.filter.IpFilter;
import dev.sprocket.core.filter.Limiter;
import dev.sprocket.core.filter.MessageLogger;
import dev.sprocket.core.filter.SlowCallbackWarning;
import dev.sprocket.core.spi.LayerContext;
import dev.sprocket.core.thread.ExecuteOn;
import dev.sprocket.core.thread.SingleThreaded;
import dev.sprocket.testkit.Recorder;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

/** Component contract of every decorator. */
class ComponentContractTest {
    /** Contract of a decorator directly on a socket, where each packet is a message. */
    abstract static class DirectContract extends ComponentContract<Connection> {
        @Override
        protected MessageComponent<? super Connection, ? super Message> stack(
                MessageComponent<? super Connection, Message> decorator) {
            return decorator;
        }

        @Override
        protected MessageComponent<? super Connection, ? super Message> application(Recorder application) {
            return application;
        }

        @Test
        void is_concurrent() {
            MessageComponent<? super Connection, Message> decorator = decorate(new Recorder()::onMessage);
            assertThat(decorator.getClass().isAnonymousClass()
                            || decorator.getClass().isAnnotationPresent(ConcurrentComponent.class))
                    .isTrue();
        }
    }

    @Nested
    class ForwardingComponent_ extends DirectContract {
        @Override
        protected MessageComponent<? super Connection, Message> decorate(
                MessageComponent<? super Connection, Message> inner) {
            return new ForwardingComponent<Connection, Message>(inner) {};
        }
    }

    @Nested
    class PerConnection_ extends DirectContract {
        @Override
        protected MessageComponent<? super Connection, Message> decorate(
                MessageComponent<? super Connection, Message> inner) {
            return new PerConnection<Connection, Message>(conn -> inner);
        }
    }

    @Nested
    class SingleThreaded_ extends DirectContract {
        /** The test's thread while callbacks are deferred, the single thread while they run. */
        private final Semaphore turn = new Semaphore(0);

        private MessageComponent<Connection, Message> decorator = new Recorder()::onMessage;

        @Override
        protected MessageComponent<? super Connection, Message> decorate(
                MessageComponent<? super Connection, Message> inner) {
            decorator = new SingleThreaded<>(new MarkerListener(inner));
            pause();
            return decorator;
        }

        /** Stops the single thread, so that only the test uses the socket. */
        @CanIgnoreReturnValue
        private CompletableFuture<Boolean> pause() {
            CompletableFuture<Boolean> reached = new CompletableFuture<>();
            Marker marker = new Marker(() -> {
                reached.complete(true);
                turn.acquireUninterruptibly();
            });
            try {
                decorator.onOpen(marker);
                decorator.onClose(marker);
            } catch (Exception e) {
                throw new AssertionError(e);
            }
            return reached;
        }

        @Override
        protected void runPendingCallbacks() {
            CompletableFuture<Boolean> reached = pause();
            turn.release();
            assertThat(reached.completeOnTimeout(false, 20, TimeUnit.SECONDS).join())
                    .isTrue();
        }

        @AfterEach
        void end_the_single_thread() {
            turn.release();
        }
    }

    /** Connection of the test that the inner component does not receive. */
    private static final class Marker implements Connection {
        private final Attributes attributes = new Attributes();
        private final Runnable closed;

        Marker(Runnable closed) {
            this.closed = closed;
        }

        @Override
        public boolean send(Message message) {
            return false;
        }

        @Override
        public void close() {}

        @Override
        @CanIgnoreReturnValue
        public boolean isOpen() {
            return true;
        }

        @Override
        public SocketAddress remoteAddress() {
            return InetSocketAddress.createUnresolved("marker.test", 1);
        }

        @Override
        public SocketAddress localAddress() {
            return remoteAddress();
        }

        @Override
        public Attributes attributes() {
            return attributes;
        }
    }

    /** Decorator that intercepts marker connections. */
    private static final class MarkerListener extends ForwardingComponent<Connection, Message> {
        MarkerListener(MessageComponent<? super Connection, ? super Message> inner) {
            super(inner);
        }

        @Override
        public void onOpen(Connection conn) throws Exception {
            if (!(conn instanceof Marker)) {
                super.onOpen(conn);
            }
        }

        @Override
        public void onClose(Connection conn) throws Exception {
            if (conn instanceof Marker marker) {
                marker.closed.run();
            } else {
                super.onClose(conn);
            }
        }
    }

    @Nested
    class ExecuteOn_ extends DirectContract {
        private final Queue<Runnable> tasks = new ArrayDeque<>();

        @Override
        protected MessageComponent<? super Connection, Message> decorate(
                MessageComponent<? super Connection, Message> inner) {
            return new ExecuteOn<>(tasks::add, inner);
        }

        @Override
        protected void runPendingCallbacks() {
            for (Runnable task = tasks.poll(); task != null; task = tasks.poll()) {
                task.run();
            }
        }
    }

    @Nested
    class IpFilter_ extends DirectContract {
        @Override
        protected MessageComponent<? super Connection, Message> decorate(
                MessageComponent<? super Connection, Message> inner) {
            return new IpFilter<Connection, Message>(inner).deny("192.0.2.0/24");
        }

        @Override
        protected Optional<MessageComponent<? super Connection, Message>> rejecting(
                MessageComponent<? super Connection, Message> inner) {
            return Optional.of(new IpFilter<Connection, Message>(inner).allow("192.0.2.0/24"));
        }
    }

    @Nested
    class Limiter_ extends DirectContract {
        @Override
        protected MessageComponent<? super Connection, Message> decorate(
                MessageComponent<? super Connection, Message> inner) {
            return new Limiter<Connection, Message>(inner)
                    .connections(2)
                    .perAddress(2)
                    .messages(10, Limiter.Action.PAUSE)
                    .bytes(1 << 20, Limiter.Action.CLOSE);
        }

        @Override
        protected Optional<MessageComponent<? super Connection, Message>> rejecting(
                MessageComponent<? super Connection, Message> inner) {
            Marker first = new Marker(() -> {});
            Limiter<Connection, Message> full =
                    new Limiter<Connection, Message>(new MarkerListener(inner)).connections(1);
            try {
                full.onOpen(first);
            } catch (Exception e) {
                throw new AssertionError(e);
            }
            return Optional.of(full);
        }
    }

    @Nested
    class SlowCallbackWarning_ extends DirectContract {
        @Override
        protected MessageComponent<? super Connection, Message> decorate(
                MessageComponent<? super Connection, Message> inner) {
            return new SlowCallbackWarning<>(Duration.ofSeconds(60), inner);
        }
    }

    @Nested
    class MessageLogger_ extends DirectContract {
        @Override
        protected MessageComponent<? super Connection, Message> decorate(
                MessageComponent<? super Connection, Message> inner) {
            return new MessageLogger<Connection, Message>("contract", inner).logContent();
        }
    }

    /** Guard that admits all connections, or none. */
    @ConcurrentComponent
    private static final class FixedGuard extends Guard<Connection, Message, CloseReason.Rejection> {
        private final boolean admits;

        FixedGuard(boolean admits, MessageComponent<? super Connection, ? super Message> inner) {
            super(inner);
            this.admits = admits;
        }

        @Override
        protected Optional<CloseReason.Rejection> admit(Connection conn) {
            return admits ? Optional.empty() : Optional.of(CloseReason.forbidden("not admitted"));
        }

        @Override
        protected void reject(Connection conn, CloseReason.Rejection rejection) {
            conn.close(rejection);
        }
    }

    @Nested
    class Guard_ extends DirectContract {
        @Override
        protected MessageComponent<? super Connection, Message> decorate(
                MessageComponent<? super Connection, Message> inner) {
            return new FixedGuard(true, inner);
        }

        @Override
        protected Optional<MessageComponent<? super Connection, Message>> rejecting(
                MessageComponent<? super Connection, Message> inner) {
            return Optional.of(new FixedGuard(false, inner));
        }
    }

    /** Guard that admits a connection later, in its first task. */
    @ConcurrentComponent
    private static final class LaterGuard extends DeferredGuard<Connection, Message, LaterGuard.Later> {
        private final boolean admits;

        LaterGuard(boolean admits, MessageComponent<? super Connection, ? super Message> inner) {
            super(inner);
            this.admits = admits;
        }

        @Override
        protected Later newAdmission(Connection conn) {
            return new Later(conn);
        }

        final class Later extends DeferredGuard.Admission<Connection, Message> {
            private final Connection conn;

            Later(Connection conn) {
                super(LaterGuard.this, conn);
                this.conn = conn;
            }

            @Override
            protected void start() {
                LayerContext.of(conn).loop().execute(this::finish);
            }

            private void finish() {
                if (admits) {
                    admit();
                } else {
                    end();
                    conn.close();
                    // has no effect after the rejection
                    admit();
                }
            }
        }
    }

    @Nested
    class DeferredGuard_ extends DirectContract {
        @Override
        protected MessageComponent<? super Connection, Message> decorate(
                MessageComponent<? super Connection, Message> inner) {
            return new LaterGuard(true, inner);
        }

        @Override
        protected Optional<MessageComponent<? super Connection, Message>> rejecting(
                MessageComponent<? super Connection, Message> inner) {
            return Optional.of(new LaterGuard(false, inner));
        }
    }
}
