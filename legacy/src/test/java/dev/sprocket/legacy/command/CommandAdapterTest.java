package dev.sprocket.legacy.command;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import dev.sprocket.core.Connection;
import dev.sprocket.core.Message;
import dev.sprocket.core.internal.log.PeerLog;
import dev.sprocket.legacy.command.Command.Close;
import dev.sprocket.legacy.command.Command.Run;
import dev.sprocket.legacy.command.Command.Send;
import dev.sprocket.testkit.MemoryConnection;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.slf4j.LoggerFactory;

@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
@Timeout(60)
final class CommandAdapterTest {
    /** Answers each message with a command defined by the test, and records its callbacks. */
    private static final class ScriptedApp implements CommandComponent<Connection, Message> {
        final List<String> log = Collections.synchronizedList(new ArrayList<>());
        final Map<String, Callable<Command>> script = new HashMap<>();

        Command record(String line) throws Exception {
            log.add(line);
            return script.getOrDefault(line, () -> Command.NONE).call();
        }

        @Override
        public Command onOpen(Connection conn) throws Exception {
            return record("open");
        }

        @Override
        public Command onMessage(Connection from, Message message) throws Exception {
            return record(message.text());
        }

        @Override
        public Command onClose(Connection conn) throws Exception {
            log.add("close " + (conn.isOpen() ? "before" : "after"));
            return script.getOrDefault("close", () -> Command.NONE).call();
        }

        @Override
        public Command onError(Connection conn, Throwable cause) throws Exception {
            return record("error " + cause.getMessage());
        }
    }

    private final ScriptedApp app = new ScriptedApp();
    private final CommandAdapter<Connection, Message> commands = new CommandAdapter<>(app);
    private final MemoryConnection ann = open();
    private final MemoryConnection bob = open();

    private MemoryConnection open() {
        MemoryConnection conn = new MemoryConnection("peer");
        try {
            commands.onOpen(conn);
        } catch (Exception e) {
            throw new AssertionError(e);
        }
        app.log.clear();
        return conn;
    }

    /** Sends a message and passes exceptions to onError, like the layer below. */
    private void send(String text) throws Exception {
        try {
            commands.onMessage(ann, Message.text(text));
        } catch (Exception e) {
            commands.onError(ann, e);
        }
    }

    private void on(String line, Callable<Command> answer) {
        app.script.put(line, answer);
    }

    @Test
    void executes_returned_commands_in_order() throws Exception {
        on("go", () -> Command.all(new Send(bob, "1"), Run.of(() -> bob.send("2")), new Send(bob, "3")));
        send("go");
        assertThat(bob.texts()).containsExactly("1", "2", "3");
        assertThat(ann.texts()).isEmpty();
    }

    @Test
    void none_and_null_do_nothing() throws Exception {
        on("null", () -> null);
        on("run", () -> new Run(() -> null));
        send("none");
        send("null");
        send("run");
        assertThat(app.log).containsExactly("none", "null", "run");
        assertThat(ann.isOpen()).isTrue();
    }

    @Test
    void command_returned_by_function_runs_before_following_ones() throws Exception {
        on(
                "go",
                () -> Command.all(
                        new Run(() -> Command.all(new Run(() -> new Send(bob, "1")), new Send(bob, "2"))),
                        new Send(bob, "3")));
        send("go");
        assertThat(bob.texts()).containsExactly("1", "2", "3");
    }

    @Test
    void onClose_runs_before_close_and_can_still_send() throws Exception {
        on("go", () -> Command.all(new Close(ann), new Send(bob, "she is gone"), new Send(ann, "too late")));
        on("close", () -> Command.all(new Send(ann, "farewell"), new Run(() -> new Send(ann, "and well"))));
        send("go");
        assertThat(ann.texts()).containsExactly("farewell", "and well");
        assertThat(bob.texts()).containsExactly("she is gone");
        assertThat(ann.isOpen()).isFalse();
        commands.onClose(ann);
        assertThat(app.log).containsExactly("go", "close before");
    }

    @Test
    void onClose_runs_once_after_disconnect_and_executes_commands() throws Exception {
        on("close", () -> new Send(bob, "she is gone"));
        ann.close();
        commands.onClose(ann);
        commands.onClose(ann);
        assertThat(app.log).containsExactly("close after");
        assertThat(bob.texts()).containsExactly("she is gone");
    }

    @Test
    void repeated_close_calls_onClose_once() throws Exception {
        on("go", () -> Command.all(new Close(ann), new Close(ann), new Close(bob)));
        on("close", () -> Command.all(new Close(ann), new Close(bob), new Send(ann, "bye")));
        send("go");
        assertThat(app.log).containsExactly("go", "close before", "close before");
        assertThat(ann.texts()).containsExactly("bye", "bye");
        assertThat(ann.isOpen() || bob.isOpen()).isFalse();
    }

    @Test
    void closes_connection_of_another_adapter() throws Exception {
        MemoryConnection other = new MemoryConnection("peer");
        on("go", () -> new Close(other));
        send("go");
        assertThat(other.isOpen()).isFalse();
        assertThat(app.log).containsExactly("go");
    }

    @Test
    void no_callbacks_after_close() throws Exception {
        on("go", () -> new Close(ann));
        send("go");
        send("never seen");
        commands.onError(ann, new IllegalStateException("not delivered"));
        assertThat(app.log).containsExactly("go", "close before");
    }

    @Test
    void failing_command_is_passed_to_onError() throws Exception {
        on(
                "go",
                () -> Command.all(
                        new Close(bob),
                        new Run(() -> {
                            throw new IllegalStateException("boom");
                        }),
                        new Send(ann, "never sent")));
        on("error boom", () -> new Send(ann, "sorry"));
        send("go");
        assertThat(app.log).containsExactly("go", "close before", "error boom");
        assertThat(ann.texts()).containsExactly("sorry");
        assertThat(bob.isOpen()).isFalse();
    }

    @Test
    void failing_onClose_affects_only_its_own_connection() throws Exception {
        on("go", () -> Command.all(new Close(bob), new Send(ann, "still here")));
        on("close", () -> {
            throw new IllegalStateException("boom");
        });
        on("error boom", () -> new Send(bob, "sorry"));
        send("go");
        assertThat(app.log).containsExactly("go", "close before", "error boom");
        assertThat(bob.texts()).containsExactly("sorry");
        assertThat(bob.isOpen()).isFalse();
        assertThat(ann.texts()).containsExactly("still here");
        assertThat(ann.isOpen()).isTrue();
    }

    @Test
    void failing_onError_is_logged() throws Exception {
        on("go", () -> new Close(bob));
        on("close", () -> {
            throw new IllegalStateException("boom");
        });
        on("error boom", () -> {
            throw new IllegalStateException("again");
        });
        PeerLog.flush();
        Logger logger = (Logger) LoggerFactory.getLogger(CommandExecutor.class);
        ListAppender<ILoggingEvent> lines = new ListAppender<>();
        lines.start();
        logger.addAppender(lines);
        send("go");
        logger.detachAppender(lines);
        assertThat(lines.list)
                .singleElement()
                .extracting(ILoggingEvent::getFormattedMessage)
                .asString()
                .startsWith("connection closed, unhandled exception: ");
        assertThat(bob.isOpen()).isFalse();
    }

    @Test
    void default_onError_throws_the_cause() throws Exception {
        CommandAdapter<Connection, Message> bare = new CommandAdapter<>(new CommandComponent<>() {});
        MemoryConnection conn = new MemoryConnection("peer");
        bare.onOpen(conn);
        assertThatThrownBy(() -> bare.onError(conn, new IllegalStateException("boom")))
                .hasMessage("boom");
        assertThatThrownBy(() -> bare.onError(conn, new StackOverflowError()))
                .hasCauseInstanceOf(StackOverflowError.class);
    }

    @Test
    void self_returning_function_fails_at_the_limit() throws Exception {
        AtomicReference<Command> self = new AtomicReference<>();
        self.set(new Run(self::get));
        on("go", self::get);
        send("go");
        assertThat(app.log)
                .containsExactly(
                        "go",
                        "error commands of one callback: more than 1000000"
                                + " (expected: <= 1000000; does a function return itself?)");
    }

    @Test
    void doubling_functions_fail_at_the_limit() throws Exception {
        AtomicReference<Command> self = new AtomicReference<>();
        self.set(new Run(() -> Command.all(self.get(), self.get())));
        on("go", self::get);
        send("go");
        assertThat(app.log).hasSize(2);
    }

    @Test
    void endless_onError_fails_at_the_limit() {
        AtomicReference<Command> self = new AtomicReference<>();
        self.set(new Run(self::get));
        app.script.put("error boom", self::get);
        assertThatThrownBy(() -> commands.onError(ann, new IllegalStateException("boom")))
                .hasMessageStartingWith("commands of one callback");
    }

    @Test
    void chain_of_closes_does_not_overflow_the_stack() throws Exception {
        List<MemoryConnection> chain = new ArrayList<>();
        for (int i = 0; i < 20_000; i++) {
            chain.add(open());
        }
        on("go", () -> new Close(chain.get(0)));
        AtomicReference<Integer> next = new AtomicReference<>(1);
        on("close", () -> {
            int i = next.getAndSet(next.get() + 1);
            return i < chain.size() ? new Close(chain.get(i)) : Command.NONE;
        });
        send("go");
        assertThat(chain).noneMatch(MemoryConnection::isOpen);
        assertThat(app.log).hasSize(20_001);
    }

    @Test
    void close_from_another_thread_waits_for_running_callback() throws Exception {
        CountDownLatch inside = new CountDownLatch(1);
        CountDownLatch mayContinue = new CountDownLatch(1);
        on("slow", () -> {
            inside.countDown();
            assertThat(mayContinue.await(20, TimeUnit.SECONDS)).isTrue();
            app.log.add("slow ends");
            return new Send(ann, "by slow callback");
        });
        on("close", () -> new Send(ann, "farewell"));
        on("kick", () -> new Close(ann));
        Thread slow = new Thread(() -> {
            try {
                send("slow");
            } catch (Exception e) {
                throw new AssertionError(e);
            }
        });
        slow.start();
        assertThat(inside.await(20, TimeUnit.SECONDS)).isTrue();
        commands.onMessage(bob, Message.text("kick"));
        mayContinue.countDown();
        slow.join();
        assertThat(app.log).containsExactly("slow", "kick", "slow ends", "close before");
        assertThat(ann.texts()).containsExactly("by slow callback", "farewell");
        assertThat(ann.isOpen()).isFalse();
    }

    @Test
    void protocol_commands_execute_in_order_with_others() throws Exception {
        Command.Custom custom = () -> bob.send("2");
        on("go", () -> Command.all(new Send(bob, "1"), custom, new Send(bob, "3")));
        send("go");
        assertThat(bob.texts()).containsExactly("1", "2", "3");
    }
}
