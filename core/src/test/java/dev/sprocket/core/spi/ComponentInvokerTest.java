package dev.sprocket.core.spi;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sprocket.core.Connection;
import dev.sprocket.core.Message;
import dev.sprocket.core.Recorder;
import dev.sprocket.core.TestConnection;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Test;

@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
final class ComponentInvokerTest {
    private final Recorder<Connection> app = new Recorder<>();
    private final Connection conn = new TestConnection();
    private final ComponentInvoker<Connection> invoker = new ComponentInvoker<>(app, conn);

    private void deliver(String text) {
        invoker.deliver(app, Message.text(text));
    }

    @Test
    void onOpen_is_first_and_onClose_last_once_each() {
        invoker.open();
        invoker.open();
        deliver("a");
        invoker.close();
        invoker.close();
        invoker.open();

        assertThat(app.calls()).containsExactly("open", "a", "close");
    }

    @Test
    void no_callback_before_onOpen() {
        deliver("early");
        invoker.run(c -> app.onMessage(c, Message.text("early")));
        invoker.fail(new Exception("early"));

        assertThat(app.calls()).isEmpty();
    }

    @Test
    void no_callback_after_onClose() {
        invoker.open();
        invoker.close();
        deliver("late");
        invoker.run(c -> app.onMessage(c, Message.text("late")));
        invoker.runAtEnd(c -> app.onMessage(c, Message.text("late")));
        invoker.fail(new Exception("late"));

        assertThat(app.calls()).containsExactly("open", "close");
    }

    @Test
    void closed_before_open_calls_neither_onOpen_nor_onClose() {
        invoker.close();
        invoker.open();

        assertThat(app.calls()).isEmpty();
    }

    @Test
    void drops_messages_after_close() {
        invoker.open();
        conn.close();
        deliver("late");
        invoker.run(c -> app.onMessage(c, Message.text("late")));
        invoker.close();

        assertThat(app.calls()).containsExactly("open", "close");
        assertThat(invoker.isOpen()).isFalse();
    }

    @Test
    void runAtEnd_runs_after_disconnect_and_before_onClose() {
        invoker.open();
        conn.close();
        invoker.runAtEnd(c -> app.onMessage(c, Message.text("leaving")));
        invoker.close();

        assertThat(app.calls()).containsExactly("open", "leaving", "close");
    }

    @Test
    void other_callbacks_run_while_open() {
        invoker.open();
        invoker.run(c -> {
            assertThat(c).isSameAs(conn);
            app.onMessage(c, Message.text("subscribed"));
        });

        assertThat(app.calls()).containsExactly("open", "subscribed");
        assertThat(invoker.isOpen()).isTrue();
    }

    @Test
    void fatal_error_is_rethrown_after_close() {
        invoker.open();

        assertThatThrownBy(() -> invoker.run(c -> {
                    throw new StackOverflowError("deep");
                }))
                .isInstanceOf(StackOverflowError.class);

        assertThat(conn.isOpen()).isFalse();
        assertThat(app.calls()).containsExactly("open", "error: deep");
    }

    @Test
    void rethrown_fatal_error_is_reported_once() {
        InternalError fatal = new InternalError("fatal");
        invoker.open();

        assertThatThrownBy(() -> invoker.fail(fatal)).isSameAs(fatal);
        invoker.fail(fatal);

        assertThat(app.calls()).containsExactly("open", "error: fatal");
    }

    @Test
    void fatal_error_in_onClose_does_not_repeat_onClose() {
        Recorder<Connection> dying = new Recorder<>() {
            @Override
            public void onClose(Connection conn) throws Exception {
                super.onClose(conn);
                throw new InternalError("fatal");
            }
        };
        ComponentInvoker<Connection> closing = new ComponentInvoker<>(dying, conn);
        closing.open();
        assertThatThrownBy(closing::close).isInstanceOf(InternalError.class);

        closing.close();

        assertThat(dying.calls()).containsExactly("open", "close", "error: fatal");
    }
}
