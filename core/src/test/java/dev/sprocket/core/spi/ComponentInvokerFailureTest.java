package dev.sprocket.core.spi;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sprocket.core.Connection;
import dev.sprocket.core.Message;
import dev.sprocket.core.Recorder;
import dev.sprocket.core.TestConnection;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Tests rule 5: onError receives an exception of a callback. Only this connection is closed. */
@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
final class ComponentInvokerFailureTest {
    private final Connection conn = new TestConnection();
    private final List<Throwable> errors = new ArrayList<>();

    /** Throws in the callback of this name. */
    private class ThrowingApp extends Recorder<Connection> {
        private final String failing;

        ThrowingApp(String failing) {
            this.failing = failing;
        }

        private void record(String callback) {
            add(callback);
            if (failing.equals(callback)) {
                throw new AssertionError(callback);
            }
        }

        @Override
        public void onOpen(Connection conn) {
            record("open");
        }

        @Override
        public void onMessage(Connection from, Message message) {
            record("message");
        }

        @Override
        public void onClose(Connection conn) {
            record("close");
        }

        @Override
        public void onError(Connection conn, Throwable cause) throws Exception {
            errors.add(cause);
            super.onError(conn, cause);
        }
    }

    private static void runLifecycle(ComponentInvoker<Connection> invoker, Recorder<Connection> app) {
        invoker.open();
        invoker.deliver(app, Message.text("1"));
        invoker.deliver(app, Message.text("2"));
        invoker.close();
        invoker.close();
    }

    @Test
    void failing_onOpen_calls_onError_then_onClose() {
        ThrowingApp app = new ThrowingApp("open");

        runLifecycle(new ComponentInvoker<>(app, conn), app);

        assertThat(app.calls()).containsExactly("open", "error: open", "close");
        assertThat(conn.isOpen()).isFalse();
    }

    @Test
    void failing_onMessage_calls_onError_then_onClose() {
        ThrowingApp app = new ThrowingApp("message");

        runLifecycle(new ComponentInvoker<>(app, conn), app);

        assertThat(app.calls()).containsExactly("open", "message", "error: message", "close");
        assertThat(conn.isOpen()).isFalse();
    }

    @Test
    void failing_onClose_calls_onError_once() {
        ThrowingApp app = new ThrowingApp("close");

        runLifecycle(new ComponentInvoker<>(app, conn), app);

        assertThat(app.calls()).containsExactly("open", "message", "message", "close", "error: close");
    }

    @Test
    void other_failing_callbacks_call_onError() {
        ThrowingApp app = new ThrowingApp("none");
        ComponentInvoker<Connection> invoker = new ComponentInvoker<>(app, conn);
        Exception checked = new Exception("checked");
        invoker.open();

        invoker.run(c -> {
            throw checked;
        });

        assertThat(errors).containsExactly(checked);
        assertThat(conn.isOpen()).isFalse();
    }

    @ParameterizedTest
    @ValueSource(strings = {"open", "message", "close"})
    void failing_onError_closes_the_connection(String failing) {
        ThrowingApp app = new ThrowingApp(failing) {
            @Override
            public void onError(Connection conn, Throwable cause) {
                add("error");
                throw new AssertionError("worse");
            }
        };

        runLifecycle(new ComponentInvoker<>(app, conn), app);

        assertThat(app.calls()).containsOnlyOnce("error").containsOnlyOnce("close");
        assertThat(conn.isOpen()).isFalse();
    }

    @Test
    void custom_action_closes_failed_connection() {
        List<Connection> failed = new ArrayList<>();
        ThrowingApp app = new ThrowingApp("message");

        ComponentInvoker<Connection> invoker = new ComponentInvoker<>(app, conn, c -> {
            failed.add(c);
            c.close();
        });
        runLifecycle(invoker, app);

        assertThat(failed).containsExactly(conn);
    }

    @Test
    void connection_closed_in_onError_is_not_closed_as_failed() {
        List<Connection> failed = new ArrayList<>();
        ThrowingApp app = new ThrowingApp("message") {
            @Override
            public void onError(Connection conn, Throwable cause) {
                conn.close();
            }
        };

        runLifecycle(new ComponentInvoker<>(app, conn, failed::add), app);

        assertThat(app.calls()).containsExactly("open", "message", "close");
        assertThat(failed).isEmpty();
    }
}
