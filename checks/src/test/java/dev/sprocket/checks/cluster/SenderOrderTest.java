package dev.sprocket.checks.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sprocket.cluster.memory.MemoryHub;
import dev.sprocket.testkit.HttpPeer;
import dev.sprocket.testkit.MemorySocket;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Order of one sender on topics with and without a log, at a late engine. */
@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
final class SenderOrderTest {
    private final MemoryHub hub = new MemoryHub();
    private final MemoryNode a = new MemoryNode(hub, "a");
    private final MemoryNode b = new MemoryNode(hub, "b");

    @AfterEach
    void close() {
        a.close();
        b.close();
    }

    /** Ways in which a sender publishes. */
    enum Entrance {
        HTTP,
        WAMP_V1,
        WAMP_V2,
        WAMP_V2_ACKNOWLEDGED,
        PROCEDURE_V1,
        PROCEDURE_V2,
        JAVA
    }

    /** Returns a sender of odd numbers on the logged topic, and even ones without. */
    private Runnable sender(Entrance entrance) {
        return switch (entrance) {
            case HTTP ->
                () -> {
                    MemorySocket socket = a.socket();
                    String body = "[" + String.join(",", texts("{\"topic\":\"%s\",\"event\":%d}")) + "]";
                    socket.write("POST /push HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\nContent-Length: "
                            + body.length() + "\r\n\r\n" + body);
                };
            case WAMP_V1 -> {
                var peer = a.v1();
                yield () -> texts("[7,\"%s\",%d]").forEach(peer::send);
            }
            case WAMP_V2 -> {
                var peer = a.v2();
                yield () -> texts("[16,%2$d,{},\"%1$s\",[%2$d]]").forEach(peer::send);
            }
            case WAMP_V2_ACKNOWLEDGED -> {
                var peer = a.v2();
                yield () -> texts("[16,%2$d,{\"acknowledge\":true},\"%1$s\",[%2$d]]")
                        .forEach(peer::send);
            }
            case PROCEDURE_V1 -> {
                var peer = a.v1();
                yield () -> texts("[2,\"c%2$d\",\"app.publish\",\"%1$s\",%2$d]").forEach(peer::send);
            }
            case PROCEDURE_V2 -> {
                var peer = a.v2();
                yield () ->
                        texts("[48,%2$d,{},\"app.publish\",[\"%1$s\",%2$d]]").forEach(peer::send);
            }
            case JAVA -> () -> Stream.of(1, 2, 3, 4).forEach(n -> a.publish(topic(n), n));
        };
    }

    private static String topic(int number) {
        return number % 2 == 1 ? "log" : "plain";
    }

    private static List<String> texts(String format) {
        return Stream.of(1, 2, 3, 4)
                .map(number -> String.format(format, topic(number), number))
                .toList();
    }

    @ParameterizedTest
    @EnumSource
    void order_holds_on_both_nodes(Entrance entrance) {
        List<String> here = a.hear("log", "plain");
        List<String> there = b.hear("log", "plain");
        Runnable sender = sender(entrance);
        hub.stop();
        sender.run();
        assertThat(here).isEmpty();
        assertThat(there).isEmpty();
        hub.resume();
        assertThat(here).containsExactly("1", "2", "3", "4");
        assertThat(there).containsExactly("1", "2", "3", "4");
    }

    @Test
    void sender_without_logged_topics_never_waits() {
        List<String> here = a.hear("log", "plain");
        var other = a.v2();
        var peer = a.v2();
        hub.stop();
        other.send("[16,1,{},\"log\",[1]]");
        peer.send("[16,1,{\"acknowledge\":true},\"plain\",[2]]");
        assertThat(here).containsExactly("2");
        assertThat(peer.texts()).singleElement().asString().startsWith("[17,1,");
        HttpPeer.Response response = a.http().postJson("/push/plain", "3");
        response.hasStatus(200);
        assertThat(here).containsExactly("2", "3");
        hub.resume();
        assertThat(here).containsExactly("2", "3", "1");
    }
}
