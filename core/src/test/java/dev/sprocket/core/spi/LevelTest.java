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
final class LevelTest {
    private final Recorder<Connection> app = new Recorder<>();
    private final Connection conn = new TestConnection();
    private final ComponentInvoker<Connection> level = new ComponentInvoker<>(app, conn);

    private void deliver(String text) {
        level.deliver(app, Message.text(text));
    }

    @Test
    void onOpen_is_first_and_onClose_last_and_both_come_once() {
        level.open();
        level.open();
        deliver("a");
        level.close();
        level.close();
        level.open();

        assertThat(app.calls()).containsExactly("open", "a", "close");
    }

    @Test
    void nothing_comes_before_onOpen() {
        deliver("early");
        level.run(c -> app.onMessage(c, Message.text("early")));
        level.fail(new Exception("early"));

        assertThat(app.calls()).isEmpty();
    }

    @Test
    void nothing_comes_after_onClose() {
        level.open();
        level.close();
        deliver("late");
        level.run(c -> app.onMessage(c, Message.text("late")));
        level.runAtEnd(c -> app.onMessage(c, Message.text("late")));
        level.fail(new Exception("late"));

        assertThat(app.calls()).containsExactly("open", "close");
    }

    @Test
    void a_refused_connection_gets_neither_onOpen_nor_onClose() {
        level.close();
        level.open();

        assertThat(app.calls()).isEmpty();
    }

    @Test
    void messages_after_a_close_are_dropped() {
        level.open();
        conn.close();
        deliver("late");
        level.run(c -> app.onMessage(c, Message.text("late")));
        level.close();

        assertThat(app.calls()).containsExactly("open", "close");
        assertThat(level.isOpen()).isFalse();
    }

    @Test
    void what_belongs_to_the_end_runs_after_the_connection_is_gone_and_before_onClose() {
        level.open();
        conn.close();
        level.runAtEnd(c -> app.onMessage(c, Message.text("leaving")));
        level.close();

        assertThat(app.calls()).containsExactly("open", "leaving", "close");
    }

    @Test
    void other_callbacks_run_while_open() {
        level.open();
        level.run(c -> {
            assertThat(c).isSameAs(conn);
            app.onMessage(c, Message.text("subscribed"));
        });

        assertThat(app.calls()).containsExactly("open", "subscribed");
        assertThat(level.isOpen()).isTrue();
    }

    @Test
    void a_fatal_error_is_rethrown_after_the_close() {
        level.open();

        assertThatThrownBy(() -> level.run(c -> {
                    throw new StackOverflowError("deep");
                }))
                .isInstanceOf(StackOverflowError.class);

        assertThat(conn.isOpen()).isFalse();
        assertThat(app.calls()).containsExactly("open", "error: deep");
    }

    @Test
    void a_fatal_error_that_comes_back_through_the_pipeline_is_not_told_again() {
        InternalError fatal = new InternalError("fatal");
        level.open();

        assertThatThrownBy(() -> level.fail(fatal)).isSameAs(fatal);
        level.fail(fatal);

        assertThat(app.calls()).containsExactly("open", "error: fatal");
    }

    @Test
    void a_fatal_error_in_onClose_does_not_bring_a_second_onClose() {
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
