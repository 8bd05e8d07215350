package dev.sprocket.wamp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import dev.sprocket.wamp.annotation.Procedure;
import dev.sprocket.wamp.annotation.WampMethods;
import java.math.BigDecimal;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Future;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Methods with {@link Procedure}: conversion of arguments and results. */
@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
final class ProcedureTest {
    enum Color {
        RED,
        GREEN
    }

    record Point(int x, int y) {}

    @SuppressWarnings("unused")
    static class Inherited {
        @Procedure("inherited")
        String inherited() {
            return "from above";
        }

        @Procedure("overridden")
        String overridden() {
            return "from above";
        }
    }

    @SuppressWarnings("unused")
    private static final class Api extends Inherited {
        final CompletableFuture<Object> later = new CompletableFuture<>();

        @Procedure("add")
        double add(double a, double b) {
            return a + b;
        }

        @Procedure("int")
        int integer(int i) {
            return i;
        }

        @Procedure("byte")
        byte octet(byte b) {
            return b;
        }

        @Procedure("long")
        long integer(long i) {
            return i;
        }

        @Procedure("boxed")
        String boxed(Integer i) {
            return "got " + i;
        }

        @Procedure("decimal")
        BigDecimal decimal(BigDecimal d) {
            return d;
        }

        @Procedure("string")
        String string(String s) {
            return s;
        }

        @Procedure("char")
        char character(char c) {
            return c;
        }

        @Procedure("boolean")
        boolean not(boolean b) {
            return !b;
        }

        @Procedure("color")
        Color color(Color c) {
            return c;
        }

        @Procedure("point")
        Point point(Point p) {
            return new Point(p.y(), p.x());
        }

        @Procedure("points")
        int points(List<Point> points, String name) {
            return points.stream().mapToInt(Point::x).sum();
        }

        @Procedure("map")
        Map<String, Integer> map(Map<String, Integer> map) {
            return map;
        }

        @Procedure("tree")
        JsonElement tree(JsonElement any) {
            return any;
        }

        @Procedure("object")
        JsonObject object(JsonObject object) {
            return object;
        }

        @Procedure("optional")
        String optional(String a, Optional<Integer> b, Optional<List<Point>> c) {
            return a + b + c;
        }

        @Procedure("sum")
        int sum(String name, int... numbers) {
            return Arrays.stream(numbers).sum();
        }

        @Procedure("void")
        void nothing() {}

        @Procedure("null")
        String none() {
            return null;
        }

        @Procedure("empty")
        Optional<String> empty() {
            return Optional.empty();
        }

        @Procedure("present")
        Optional<String> present() {
            return Optional.of("x");
        }

        @Procedure("unwritable")
        double unwritable() {
            return Double.NaN;
        }

        @Procedure("later")
        CompletionStage<Object> later() {
            return later;
        }

        @Procedure("who")
        String who(int one, WampConnection conn, Call call) {
            return conn.sessionId() + " " + call.procedure() + " " + one;
        }

        @Procedure("itself")
        void itself(Call call, String result) {
            call.result(result);
        }

        @Procedure("throws")
        String fails() {
            throw new IllegalStateException("secret");
        }

        @Procedure("error")
        String callError() {
            throw new CallException("http://e/#x", "not today", Map.of("code", 7));
        }

        @Procedure("assert")
        String assertion() {
            throw new AssertionError("secret");
        }

        @Override
        String overridden() {
            return "from below";
        }
    }

    private final Api api = new Api();

    @CanIgnoreReturnValue
    private List<String> responses(String procedure, String arguments) {
        try (WampPeer peer = new WampPeer(WampMethods.of(api))) {
            peer.received();
            return peer.send("[2,1,\"" + procedure + "\"" + (arguments.isEmpty() ? "" : "," + arguments) + "]")
                    .received();
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "add|1,2.5|3.5",
                "add|[1,2]|3.0",
                "int|-7|-7",
                "int|1.0|1",
                "long|9007199254740993|9007199254740993",
                "boxed|5|\"got 5\"",
                "boxed|null|\"got null\"",
                "decimal|1.50|1.50",
                "string|\"é\"|\"é\"",
                "string|null|[]",
                "char|\"x\"|\"x\"",
                "boolean|true|false",
                "color|\"RED\"|\"RED\"",
                "point|{\"x\":1,\"y\":2}|{\"x\":2,\"y\":1}",
                "points|[{\"x\":1},{\"x\":2}],\"n\"|3",
                "map|{\"a\":1}|{\"a\":1}",
                "tree|null|null",
                "tree|\"x\"|\"x\"",
                "object|{\"a\":null}|{\"a\":null}",
                "optional|\"a\"|\"aOptional.emptyOptional.empty\"",
                "optional|\"a\",7|\"aOptional[7]Optional.empty\"",
                "optional|\"a\",null,[{\"x\":1,\"y\":2}]|\"aOptional.emptyOptional[[Point[x=1, y=2]]]\"",
                "sum|\"a\"|0",
                "sum|\"a\",1,2,3|6",
                "void||[]",
                "null||[]",
                "empty||[]",
                "present||\"x\"",
                "itself|\"x\"|\"x\"",
                "inherited||\"from above\"",
                "overridden||\"from below\""
            })
    void arguments_and_results_are_converted(String procedure, String arguments, String result) {
        assertThat(responses(procedure, arguments == null ? "" : arguments)).containsExactly("[3,1," + result + "]");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "add||arguments: 0 (expected: 2)",
                "add|1|arguments: 1 (expected: 2)",
                "add|1,2,3|arguments: 3 (expected: 2)",
                "add|1,\"2\"|argument 2: 'q'2'q' (expected: a number)",
                "add|null,1|argument 1: null (expected: a number)",
                "add|1e999,1|argument 1: 1e999 (expected: a number)",
                "add|{},1|argument 1: {} (expected: a number)",
                "int|1.5|argument 1: 1.5 (expected: an integer of 32 bits)",
                "int|3000000000|argument 1: 3000000000 (expected: an integer of 32 bits)",
                "byte|200000|argument 1: 200000 (expected: an integer of 8 bits)",
                "boxed|true|argument 1: true (expected: an integer of 32 bits)",
                "string|5|argument 1: 5 (expected: a string)",
                "char|\"xy\"|argument 1: 'q'xy'q' (expected: a string of one character)",
                "boolean|\"true\"|argument 1: 'q'true'q' (expected: true or false)",
                "boolean|null|argument 1: null (expected: true or false)",
                "color|\"BLUE\"|argument 1: 'q'BLUE'q' (expected: one of [RED, GREEN])",
                "point|\"x\"|argument 1: 'q'x'q' (expected: Point)",
                "point|{\"x\":\"a\"}|argument 1: {'q'x'q':'q'a'q'} (expected: Point; wrong at $.x)",
                "points|7,\"n\"|argument 1: 7 (expected: an array)",
                "object|[[]]|argument 1: [] (expected: JsonObject)",
                "optional||arguments: 0 (expected: 1-3)",
                "optional|\"a\",\"b\"|argument 2: 'q'b'q' (expected: an integer of 32 bits)",
                "sum||arguments: 0 (expected: 1 or more)",
                "sum|\"a\",1,null|argument 3: null (expected: an integer of 32 bits)",
                "void|1|arguments: 1 (expected: 0)"
            })
    void invalid_argument_error_names_argument_and_expected_type(String procedure, String arguments, String error) {
        assertThat(responses(procedure, arguments == null ? "" : arguments))
                .containsExactly("[4,1,\"wamp.error.invalid_argument\",\"" + error.replace("'q'", "\\\"") + "\"]");
    }

    @Test
    void long_argument_is_truncated_in_error() {
        assertThat(responses("int", "\"" + "x".repeat(1000) + "\""))
                .first()
                .asString()
                .hasSizeLessThan(250);
    }

    @Test
    void caller_and_call_are_injected() {
        try (WampPeer peer = new WampPeer(WampMethods.of(api))) {
            String id = peer.received().get(0).split("\"")[1];

            assertThat(peer.send("[2,1,\"who\",7]").received()).containsExactly("[3,1,\"" + id + " who 7\"]");
        }
    }

    @Test
    void completion_stage_result_is_sent_when_complete() {
        try (WampPeer peer = new WampPeer(WampMethods.of(api))) {
            peer.received();
            assertThat(peer.send("[2,1,\"later\"]").received()).isEmpty();
            api.later.complete(Optional.of(7));

            assertThat(peer.received()).containsExactly("[3,1,7]");
        }
    }

    @Test
    void failed_completion_stage_sends_error() {
        try (WampPeer peer = new WampPeer(WampMethods.of(api))) {
            peer.received();
            peer.send("[2,1,\"later\"]");
            api.later.completeExceptionally(new IllegalStateException("secret"));

            assertThat(peer.received()).containsExactly("[4,1,\"wamp.error.internal\",\"the procedure failed\"]");
        }
        Api other = new Api();
        try (WampPeer peer = new WampPeer(WampMethods.of(other))) {
            peer.received();
            peer.send("[2,1,\"later\"]");
            var unused = other.later.completeAsync(
                    () -> {
                        throw new CallException("e", "d");
                    },
                    Runnable::run);

            assertThat(peer.received()).containsExactly("[4,1,\"e\",\"d\"]");
        }
    }

    @Test
    void call_exception_is_sent_unchanged() {
        assertThat(responses("error", "")).containsExactly("[4,1,\"http://e/#x\",\"not today\",{\"code\":7}]");
    }

    @Test
    void call_exception_keeps_connection_open() {
        WampComponent refusing = new WampComponent() {
            @Override
            public void onCall(WampConnection conn, Call call) {
                throw new CallException("e", "d", call.procedure().equals("unwritable") ? Double.NaN : null);
            }
        };
        try (WampPeer peer = new WampPeer(refusing)) {
            peer.received();

            assertThat(peer.send("[2,1,\"p\"]").received()).containsExactly("[4,1,\"e\",\"d\"]");
            assertThat(peer.isConnected()).isTrue();
            assertThat(peer.send("[2,1,\"unwritable\"]").received())
                    .containsExactly("[4,1,\"wamp.error.internal\",\"the procedure failed\"]", "close 1011");
        }
    }

    @Test
    void other_exception_hides_details_and_keeps_connection() {
        String nothing = "[4,1,\"wamp.error.internal\",\"the procedure failed\"]";

        assertThat(responses("throws", "")).containsExactly(nothing);
        assertThat(responses("unwritable", "")).containsExactly(nothing);
        assertThat(responses("assert", "")).containsExactly(nothing, "close 1011");
    }

    @Test
    void other_procedures_and_callbacks_use_fallback() {
        RecordingApp fallback = new RecordingApp();
        try (WampPeer peer = new WampPeer(WampMethods.of(api, fallback))) {
            peer.received();
            peer.send("[2,1,\"add\",1,2]")
                    .send("[2,2,\"other\"]")
                    .send("[5,\"t\"]")
                    .send("[7,\"t\",1]")
                    .send("[6,\"t\"]");
            assertThat(peer.received()).containsExactly("[3,1,3.0]");
        }

        assertThat(fallback.calls())
                .containsExactly(
                        "open", "call other []", "subscribe t", "publish t 1 not [] only []", "unsubscribe t", "close");
        assertThat(responses("other", ""))
                .containsExactly("[4,1,\"wamp.error.no_such_procedure\",\"no procedure other\"]");
    }

    @SuppressWarnings("unused")
    static final class Twice {
        @Procedure("p")
        void one() {}

        @Procedure("p")
        void other(int i) {}
    }

    static final class ThreadTaker {
        @Procedure("p")
        void take(int i, Thread thread) {}
    }

    static final class InterfaceTaker {
        @Procedure("p")
        void take(Runnable runnable) {}
    }

    static final class OptionalFirst {
        @Procedure("p")
        void take(Optional<String> a, String b) {}
    }

    @SuppressWarnings("rawtypes")
    static final class OptionalRaw {
        @Procedure("p")
        void take(Optional a) {}
    }

    static final class Unnamed {
        @Procedure("")
        void take() {}
    }

    static final class Blocking {
        @Procedure("p")
        Future<String> take() {
            return new CompletableFuture<>();
        }
    }

    @Test
    void constructor_names_invalid_procedure_methods() {
        assertThatThrownBy(() -> WampMethods.of(new Twice()))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContainingAll("Twice.one()", "Twice.other(int)", "@Procedure(\"p\") (expected: one method");
        assertThatThrownBy(() -> WampMethods.of(new ThreadTaker()))
                .hasMessage("ThreadTaker.take(int, Thread): argument 2 of java.lang.Thread "
                        + "(expected: a type that Gson can read)");
        assertThatThrownBy(() -> WampMethods.of(new InterfaceTaker()))
                .hasMessageContaining("InterfaceTaker.take(Runnable): argument 1 of java.lang.Runnable");
        assertThatThrownBy(() -> WampMethods.of(new OptionalFirst()))
                .hasMessage("OptionalFirst.take(Optional, String): argument 2 after an optional one "
                        + "(expected: Optional)");
        assertThatThrownBy(() -> WampMethods.of(new OptionalRaw()))
                .hasMessage("OptionalRaw.take(Optional): Optional (expected: Optional<…>)");
        assertThatThrownBy(() -> WampMethods.of(new Unnamed())).hasMessage("Unnamed.take(): no URI in @Procedure");
        assertThatThrownBy(() -> WampMethods.of(new Blocking()))
                .hasMessage("Blocking.take() returns Future (expected: CompletionStage, or a value)");
        assertThatThrownBy(() -> WampMethods.of("nothing"))
                .hasMessage("java.lang.String has no annotated method (expected: @Procedure or @Subscribe)");
    }
}
