package dev.sprocket.core.json;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.FieldNamingPolicy;
import com.google.gson.GsonBuilder;
import com.google.gson.reflect.TypeToken;
import dev.sprocket.core.Connection;
import dev.sprocket.core.MessageComponent;
import dev.sprocket.core.Peer;
import dev.sprocket.core.internal.log.PeerLog;
import dev.sprocket.core.text.Lines;
import dev.sprocket.leaktest.LogLines;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
final class JsonTest {
    private record Move(int x, int y, String by) {
        Move {
            if (x > 8) {
                throw new IllegalArgumentException("x: " + x + " (expected: <= 8)");
            }
        }
    }

    /** Swaps the coordinates of each move. */
    private static final class Game implements MessageComponent<JsonConnection<Move>, Move> {
        final List<String> calls = new ArrayList<>();

        @Override
        public void onOpen(JsonConnection<Move> conn) {
            calls.add("open");
        }

        @Override
        public void onMessage(JsonConnection<Move> from, Move move) {
            calls.add(move.toString());
            if (move.by().equals("faulty")) {
                throw new IllegalStateException("boom");
            }
            from.send(new Move(move.y(), move.x(), "<me>"));
        }

        @Override
        public void onError(JsonConnection<Move> conn, Throwable cause) {
            calls.add("error: " + cause.getMessage());
        }

        @Override
        public void onClose(JsonConnection<Move> conn) {
            calls.add("close");
            assertThat(conn.send(new Move(0, 0, "late"))).isFalse();
        }
    }

    private final Game game = new Game();

    @Test
    void converts_text_to_objects_and_back() {
        try (Peer peer = new Peer(new Lines(new Json<>(Move.class, game)))) {
            peer.send("{\"x\": 1, \"y\": 2, \"by\": \"ann\"}\n");
            assertThat(peer.received()).isEqualTo("{\"x\":2,\"y\":1,\"by\":\"<me>\"}\n");
            peer.disconnect();
            assertThat(game.calls).containsExactly("open", "Move[x=1, y=2, by=ann]", "close");
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "{\"x\": 1,| JSON, line 1, column 9: expected a name in double quotes",
                "{\"x\": 1} 2| JSON, line 1, column 10: expected the end",
                "{'x': 1}| JSON, line 1, column 2: expected a name in double quotes",
                "\"hello\"| Expected BEGIN_OBJECT but was STRING at line 1 column 2 path $ (expected: Move)",
                "[1]| Expected BEGIN_OBJECT but was BEGIN_ARRAY at line 1 column 2 path $ (expected: Move)",
                "{\"x\": \"o\\n"
                        + "e\"}| JSON: For input string: \"o\\u000ae\" at line 1 column 13 path $.x (expected: Move)",
                "{\"x\": 9}| JSON: x: 9 (expected: <= 8) at line 1 column 9 path $ (expected: Move)",
                "null| JSON: null (expected: Move)",
            })
    void invalid_value_closes_connection_with_one_log_line(String line, String reason) {
        try (LogLines log = LogLines.record(PeerLog::flush);
                Peer peer = new Peer(new Lines(new Json<>(Move.class, game)))) {
            peer.send(line + "\n{\"x\":1,\"y\":1,\"by\":\"never seen\"}\n");
            peer.channel.runPendingTasks();
            assertThat(peer.isConnected()).isFalse();
            assertThat(game.calls).containsExactly("open", "close");
            assertThat(log.containing("connection closed: "))
                    .singleElement()
                    .asString()
                    .contains(reason.replace("\"", "\\\""));
        }
    }

    @Test
    void nesting_is_limited_to_64() {
        List<Object> seen = new ArrayList<>();
        MessageComponent<Connection, Object> any = (from, value) -> seen.add(value);
        try (Peer peer = new Peer(new Lines(new Json<>(Object.class, any)))) {
            peer.send("[".repeat(64) + "]".repeat(64) + "\n");
            assertThat(seen).hasSize(1);
            peer.send("[".repeat(65) + "]".repeat(65) + "\n");
            peer.channel.runPendingTasks();
            assertThat(seen).hasSize(1);
            assertThat(peer.isConnected()).isFalse();
        }
    }

    @Test
    void binary_message_error_suggests_lines_layer() {
        try (LogLines log = LogLines.record(PeerLog::flush);
                Peer peer = new Peer(new Json<>(Move.class, game))) {
            peer.send("{}");
            peer.channel.runPendingTasks();
            assertThat(peer.isConnected()).isFalse();
            assertThat(log.containing("a raw socket needs Lines below")).hasSize(1);
        }
    }

    @Test
    void onRejected_can_answer_instead_of_closing() {
        var json = new Json<>(Move.class, game).onRejected((conn, rejection) -> conn.send("no: " + rejection.text()));
        try (Peer peer = new Peer(new Lines(json))) {
            peer.send("{\n");
            assertThat(peer.received()).isEqualTo("no: JSON, line 1, column 2: expected a name in double quotes\n");
            peer.send("{\"x\":1,\"y\":1,\"by\":\"ann\"}\n");
            assertThat(peer.isConnected()).isTrue();
            assertThat(game.calls).containsExactly("open", "Move[x=1, y=1, by=ann]");
        }
    }

    @Test
    void application_failure_is_passed_to_onError() {
        try (Peer peer = new Peer(new Lines(new Json<>(Move.class, game)))) {
            peer.send("{\"x\":1,\"y\":1,\"by\":\"faulty\"}\n");
            peer.channel.runPendingTasks();
            assertThat(peer.isConnected()).isFalse();
            assertThat(game.calls).containsExactly("open", "Move[x=1, y=1, by=faulty]", "error: boom", "close");
        }
    }

    @Test
    void supports_generic_types_and_custom_gson() {
        List<Integer> sums = new ArrayList<>();
        MessageComponent<JsonConnection<List<Integer>>, List<Integer>> adder = (from, numbers) -> {
            sums.add(numbers.stream().mapToInt(Integer::intValue).sum());
            from.send(List.of(0));
        };
        var gson = new GsonBuilder()
                .setFieldNamingPolicy(FieldNamingPolicy.UPPER_CAMEL_CASE)
                .setPrettyPrinting()
                .create();
        try (Peer peer = new Peer(new Lines(new Json<>(new TypeToken<List<Integer>>() {}, adder).gson(gson)))) {
            peer.send("[1, 2, 3]\n");
            assertThat(sums).containsExactly(6);
            assertThat(peer.received()).isEqualTo("[\n  0\n]\n");
        }
    }
}
