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

/** Law 5: whatever a callback throws goes to onError, and ends this connection alone. */
@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
final class LevelFailureTest {
    private final Connection conn = new TestConnection();
    private final List<Throwable> told = new ArrayList<>();

    /** Throws in the callback of this name. */
    private class Throwing extends Recorder<Connection> {
        private final String where;

        Throwing(String where) {
            this.where = where;
        }

        private void maybe(String here) {
            add(here);
            if (where.equals(here)) {
                throw new AssertionError(here);
            }
        }

        @Override
        public void onOpen(Connection conn) {
            maybe("open");
        }

        @Override
        public void onMessage(Connection from, Message message) {
            maybe("message");
        }

        @Override
        public void onClose(Connection conn) {
            maybe("close");
        }

        @Override
        public void onError(Connection conn, Throwable cause) throws Exception {
            told.add(cause);
            super.onError(conn, cause);
        }
    }

    private static void live(ComponentInvoker<Connection> level, Recorder<Connection> app) {
        level.open();
        level.deliver(app, Message.text("1"));
        level.deliver(app, Message.text("2"));
        level.close();
        level.close();
    }

    @Test
    void a_failing_onOpen_is_told_and_followed_by_onClose_alone() {
        Throwing app = new Throwing("open");

        live(new ComponentInvoker<>(app, conn), app);

        assertThat(app.calls()).containsExactly("open", "error: open", "close");
        assertThat(conn.isOpen()).isFalse();
    }

    @Test
    void a_failing_onMessage_is_told_and_followed_by_onClose_alone() {
        Throwing app = new Throwing("message");

        live(new ComponentInvoker<>(app, conn), app);

        assertThat(app.calls()).containsExactly("open", "message", "error: message", "close");
        assertThat(conn.isOpen()).isFalse();
    }

    @Test
    void a_failing_onClose_is_told_once() {
        Throwing app = new Throwing("close");

        live(new ComponentInvoker<>(app, conn), app);

        assertThat(app.calls()).containsExactly("open", "message", "message", "close", "error: close");
    }

    @Test
    void other_callbacks_that_fail_are_told_too() {
        Throwing app = new Throwing("none");
        ComponentInvoker<Connection> level = new ComponentInvoker<>(app, conn);
        Exception checked = new Exception("checked");
        level.open();

        level.run(c -> {
            throw checked;
        });

        assertThat(told).containsExactly(checked);
        assertThat(conn.isOpen()).isFalse();
    }

    @ParameterizedTest
    @ValueSource(strings = {"open", "message", "close"})
    void onError_that_throws_too_closes_and_hurts_nobody_else(String where) {
        Throwing app = new Throwing(where) {
            @Override
            public void onError(Connection conn, Throwable cause) {
                add("error");
                throw new AssertionError("worse");
            }
        };

        live(new ComponentInvoker<>(app, conn), app);

        assertThat(app.calls()).containsOnlyOnce("error").containsOnlyOnce("close");
        assertThat(conn.isOpen()).isFalse();
    }

    @Test
    void the_level_closes_its_own_way() {
        List<Connection> failed = new ArrayList<>();
        Throwing app = new Throwing("message");

        ComponentInvoker<Connection> level = new ComponentInvoker<>(app, conn, c -> {
            failed.add(c);
            c.close();
        });
        live(level, app);

        assertThat(failed).containsExactly(conn);
    }

    @Test
    void a_component_that_closed_by_itself_is_not_closed_as_failed() {
        List<Connection> failed = new ArrayList<>();
        Throwing app = new Throwing("message") {
            @Override
            public void onError(Connection conn, Throwable cause) {
                conn.close();
            }
        };

        live(new ComponentInvoker<>(app, conn, failed::add), app);

        assertThat(app.calls()).containsExactly("open", "message", "close");
        assertThat(failed).isEmpty();
    }
}
