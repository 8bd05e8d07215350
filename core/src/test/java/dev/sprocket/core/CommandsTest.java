package dev.sprocket.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sprocket.core.Command.Close;
import dev.sprocket.core.Command.Run;
import dev.sprocket.core.Command.Send;
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

@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
@Timeout(60)
final class CommandsTest {
    /** Answers each message with what the test has put there for it, and notes what it is told. */
    private static final class Scripted implements CommandComponent<Connection, Message> {
        final List<String> log = Collections.synchronizedList(new ArrayList<>());
        final Map<String, Callable<Command>> script = new HashMap<>();

        Command play(String line) throws Exception {
            log.add(line);
            return script.getOrDefault(line, () -> Command.NONE).call();
        }

        @Override
        public Command onOpen(Connection conn) throws Exception {
            return play("open");
        }

        @Override
        public Command onMessage(Connection from, Message message) throws Exception {
            return play(message.text());
        }

        @Override
        public Command onClose(Connection conn) throws Exception {
            log.add("close " + (conn.isOpen() ? "before" : "after"));
            return script.getOrDefault("close", () -> Command.NONE).call();
        }

        @Override
        public Command onError(Connection conn, Throwable cause) throws Exception {
            return play("error " + cause.getMessage());
        }
    }

    private final Scripted app = new Scripted();
    private final CommandAdapter<Connection, Message> commands = new CommandAdapter<>(app);
    private final TestConnection ann = open();
    private final TestConnection bob = open();

    private TestConnection open() {
        TestConnection conn = new TestConnection();
        try {
            commands.onOpen(conn);
        } catch (Exception e) {
            throw new AssertionError(e);
        }
        app.log.clear();
        return conn;
    }

    /** As the level below: what a callback throws goes to onError. */
    private void say(String text) throws Exception {
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
    void what_a_callback_returns_is_carried_out_in_order() throws Exception {
        on("go", () -> Command.all(new Send(bob, "1"), Run.of(() -> bob.send("2")), new Send(bob, "3")));
        say("go");
        assertThat(bob.sent()).containsExactly("1", "2", "3");
        assertThat(ann.sent()).isEmpty();
    }

    @Test
    void none_and_null_are_nothing() throws Exception {
        on("null", () -> null);
        on("run", () -> new Run(() -> null));
        say("none");
        say("null");
        say("run");
        assertThat(app.log).containsExactly("none", "null", "run");
        assertThat(ann.isOpen()).isTrue();
    }

    @Test
    void a_function_may_return_the_next_command_which_comes_before_those_behind_it() throws Exception {
        on(
                "go",
                () -> Command.all(
                        new Run(() -> Command.all(new Run(() -> new Send(bob, "1")), new Send(bob, "2"))),
                        new Send(bob, "3")));
        say("go");
        assertThat(bob.sent()).containsExactly("1", "2", "3");
    }

    @Test
    void on_close_runs_before_the_socket_closes_and_its_farewell_still_arrives() throws Exception {
        on("go", () -> Command.all(new Close(ann), new Send(bob, "she is gone"), new Send(ann, "too late")));
        on("close", () -> Command.all(new Send(ann, "farewell"), new Run(() -> new Send(ann, "and well"))));
        say("go");
        assertThat(ann.sent()).containsExactly("farewell", "and well");
        assertThat(bob.sent()).containsExactly("she is gone");
        assertThat(ann.isOpen()).isFalse();
        commands.onClose(ann);
        assertThat(app.log).containsExactly("go", "close before");
    }

    @Test
    void a_connection_that_left_is_told_of_once_and_what_follows_is_carried_out() throws Exception {
        on("close", () -> new Send(bob, "she is gone"));
        ann.close();
        commands.onClose(ann);
        commands.onClose(ann);
        assertThat(app.log).containsExactly("close after");
        assertThat(bob.sent()).containsExactly("she is gone");
    }

    @Test
    void closing_in_on_close_or_twice_closes_once() throws Exception {
        on("go", () -> Command.all(new Close(ann), new Close(ann), new Close(bob)));
        on("close", () -> Command.all(new Close(ann), new Close(bob), new Send(ann, "bye")));
        say("go");
        assertThat(app.log).containsExactly("go", "close before", "close before");
        assertThat(ann.sent()).containsExactly("bye", "bye");
        assertThat(ann.isOpen() || bob.isOpen()).isFalse();
    }

    @Test
    void one_that_is_no_connection_of_ours_is_closed() throws Exception {
        TestConnection other = new TestConnection();
        on("go", () -> new Close(other));
        say("go");
        assertThat(other.isOpen()).isFalse();
        assertThat(app.log).containsExactly("go");
    }

    @Test
    void nothing_is_delivered_to_a_closed_one() throws Exception {
        on("go", () -> new Close(ann));
        say("go");
        say("never seen");
        commands.onError(ann, new IllegalStateException("never told"));
        assertThat(app.log).containsExactly("go", "close before");
    }

    @Test
    void a_command_that_fails_is_a_callback_that_failed() throws Exception {
        on(
                "go",
                () -> Command.all(
                        new Close(bob),
                        new Run(() -> {
                            throw new IllegalStateException("boom");
                        }),
                        new Send(ann, "never sent")));
        on("error boom", () -> new Send(ann, "sorry"));
        say("go");
        assertThat(app.log).containsExactly("go", "close before", "error boom");
        assertThat(ann.sent()).containsExactly("sorry");
        assertThat(bob.isOpen()).isFalse();
    }

    @Test
    void an_on_close_that_fails_is_told_to_that_connection_alone_which_closes_all_the_same() throws Exception {
        on("go", () -> Command.all(new Close(bob), new Send(ann, "still here")));
        on("close", () -> {
            throw new IllegalStateException("boom");
        });
        on("error boom", () -> new Send(bob, "sorry"));
        say("go");
        assertThat(app.log).containsExactly("go", "close before", "error boom");
        assertThat(bob.sent()).containsExactly("sorry");
        assertThat(bob.isOpen()).isFalse();
        assertThat(ann.sent()).containsExactly("still here");
        assertThat(ann.isOpen()).isTrue();
    }

    @Test
    void an_on_error_that_fails_too_is_logged() throws Exception {
        on("go", () -> new Close(bob));
        on("close", () -> {
            throw new IllegalStateException("boom");
        });
        on("error boom", () -> {
            throw new IllegalStateException("again");
        });
        try (LogLines log = LogLines.record()) {
            say("go");
            assertThat(log.with("connection closed, unhandled exception: ")).hasSize(1);
        }
        assertThat(bob.isOpen()).isFalse();
    }

    @Test
    void unless_overridden_on_error_hands_on_the_cause() throws Exception {
        CommandAdapter<Connection, Message> bare = new CommandAdapter<>(new CommandComponent<>() {});
        TestConnection conn = new TestConnection();
        bare.onOpen(conn);
        assertThatThrownBy(() -> bare.onError(conn, new IllegalStateException("boom")))
                .hasMessage("boom");
        assertThatThrownBy(() -> bare.onError(conn, new StackOverflowError()))
                .hasCauseInstanceOf(StackOverflowError.class);
    }

    @Test
    void a_function_that_returns_itself_ends_as_a_failure() throws Exception {
        AtomicReference<Command> self = new AtomicReference<>();
        self.set(new Run(self::get));
        on("go", self::get);
        say("go");
        assertThat(app.log)
                .containsExactly(
                        "go",
                        "error commands of one callback: more than 1000000"
                                + " (expected: <= 1000000; does a function return itself?)");
    }

    @Test
    void functions_that_double_end_as_a_failure() throws Exception {
        AtomicReference<Command> self = new AtomicReference<>();
        self.set(new Run(() -> Command.all(self.get(), self.get())));
        on("go", self::get);
        say("go");
        assertThat(app.log).hasSize(2);
    }

    @Test
    void an_on_error_that_never_ends_ends_too() {
        AtomicReference<Command> self = new AtomicReference<>();
        self.set(new Run(self::get));
        app.script.put("error boom", self::get);
        assertThatThrownBy(() -> commands.onError(ann, new IllegalStateException("boom")))
                .hasMessageStartingWith("commands of one callback");
    }

    @Test
    void a_chain_of_closes_is_no_recursion() throws Exception {
        List<TestConnection> chain = new ArrayList<>();
        for (int i = 0; i < 20_000; i++) {
            chain.add(open());
        }
        on("go", () -> new Close(chain.get(0)));
        AtomicReference<Integer> next = new AtomicReference<>(1);
        on("close", () -> {
            int i = next.getAndSet(next.get() + 1);
            return i < chain.size() ? new Close(chain.get(i)) : Command.NONE;
        });
        say("go");
        assertThat(chain).noneMatch(TestConnection::isOpen);
        assertThat(app.log).hasSize(20_001);
    }

    @Test
    void a_close_from_another_thread_waits_for_the_callback_that_runs() throws Exception {
        CountDownLatch inside = new CountDownLatch(1);
        CountDownLatch goOn = new CountDownLatch(1);
        on("slow", () -> {
            inside.countDown();
            assertThat(goOn.await(20, TimeUnit.SECONDS)).isTrue();
            app.log.add("slow ends");
            return new Send(ann, "slow's own");
        });
        on("close", () -> new Send(ann, "farewell"));
        on("kick", () -> new Close(ann));
        Thread slow = new Thread(() -> {
            try {
                say("slow");
            } catch (Exception e) {
                throw new AssertionError(e);
            }
        });
        slow.start();
        assertThat(inside.await(20, TimeUnit.SECONDS)).isTrue();
        commands.onMessage(bob, Message.text("kick"));
        goOn.countDown();
        slow.join();
        assertThat(app.log).containsExactly("slow", "kick", "slow ends", "close before");
        assertThat(ann.sent()).containsExactly("slow's own", "farewell");
        assertThat(ann.isOpen()).isFalse();
    }

    @Test
    void a_protocols_own_commands_are_carried_out_among_the_others() throws Exception {
        ProtocolCommand own = () -> bob.send("2");
        on("go", () -> Command.all(new Send(bob, "1"), own, new Send(bob, "3")));
        say("go");
        assertThat(bob.sent()).containsExactly("1", "2", "3");
    }
}
