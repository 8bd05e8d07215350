package dev.sprocket.examples;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sprocket.app.App;
import dev.sprocket.bridge.zmq.ZmqPush;
import dev.sprocket.core.io.Endpoint;
import dev.sprocket.core.io.IoServer;
import dev.sprocket.leaktest.SpinWait;
import dev.sprocket.leaktest.WebSocketClient;
import dev.sprocket.legacy.command.CommandAdapter;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Test;

/** Runs each example over a real socket. */
@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
class ExamplesTest {
    /** Connects as a page on localhost. */
    static WebSocketClient page(int port, String path, String... subprotocols) {
        return WebSocketClient.openFrom("http://localhost", URI.create("ws://127.0.0.1:" + port + path), subprotocols);
    }

    @Test
    void chat_forwards_to_other_connections() throws Exception {
        assertForwardsToOthers(App.listen(0).route("/chat", new Chat()));
    }

    @Test
    void event_of_one_node_reaches_subscribers_of_the_other() throws Exception {
        BlockingQueue<String> received = new LinkedBlockingQueue<>();
        try (TwoNodes nodes = new TwoNodes()) {
            nodes.publish("news", "kept");
            nodes.subscribe("news", (topic, event) -> received.add(topic + ": " + event.as(String.class)));
            nodes.publish("news", "new");
            assertThat(received.poll(20, TimeUnit.SECONDS)).isEqualTo("news: kept");
            assertThat(received.poll(20, TimeUnit.SECONDS)).isEqualTo("news: new");
        }
    }

    @Test
    void chat_2011_forwards_to_other_connections() throws Exception {
        assertForwardsToOthers(App.listen(0).route("/chat", new CommandAdapter<>(new Chat2011())));
    }

    @Test
    void chat_backlog_sends_returning_client_what_it_missed() throws Exception {
        try (App app = ChatBacklog.server(0)) {
            app.start();
            WebSocketClient ann = page(app.port(), "/chat").send("");
            String start = ann.receive();
            WebSocketClient bob = page(app.port(), "/chat").send("");
            assertThat(bob.receive()).isEqualTo(start);
            ann.send("one");
            String one = bob.receive();
            assertThat(one).endsWith(" one");
            bob.disconnect();
            ann.send("two").send("three");
            assertThat(List.of(ann.receive(), ann.receive(), ann.receive()))
                    .element(2)
                    .asString()
                    .endsWith(" three");

            String position = one.substring(0, one.indexOf(' '));
            WebSocketClient back = page(app.port(), "/chat").send(position);
            assertThat(back.receive()).isEqualTo(position);
            assertThat(back.receive()).endsWith(" two");
            assertThat(back.receive()).endsWith(" three");
            back.disconnect();
            WebSocketClient stranger = page(app.port(), "/chat").send("1.2.3");
            assertThat(stranger.receive()).doesNotContain(" ");
            assertThat(stranger.receive()).endsWith(" messages are missing: unknown");
            stranger.disconnect();
            ann.disconnect();
        }
    }

    private static void assertForwardsToOthers(App server) throws Exception {
        try (App app = server) {
            app.start();
            WebSocketClient ann = page(app.port(), "/chat");
            WebSocketClient bob = page(app.port(), "/chat");
            WebSocketClient cat = page(app.port(), "/chat");
            // each has received a message of another: all three are connected
            for (WebSocketClient speaker : List.of(ann, bob, cat)) {
                speaker.send("hello");
            }
            ann.send("from ann");
            assertThat(receives(bob, "from ann")).isTrue();
            assertThat(receives(cat, "from ann")).isTrue();
            bob.send("from bob");
            assertThat(receives(ann, "from bob")).isTrue();
            ann.disconnect();
            bob.disconnect();
            cat.disconnect();
        }
    }

    private static boolean receives(WebSocketClient browser, String wanted) throws InterruptedException {
        for (int i = 0; i < 10; i++) {
            if (browser.receive().equals(wanted)) {
                return true;
            }
        }
        return false;
    }

    @Test
    void echo_returns_message() throws Exception {
        try (IoServer server = Echo.server(0)) {
            server.start();
            WebSocketClient browser = page(server.port(), "/").send("hello");
            assertThat(browser.receive()).isEqualTo("hello");
            browser.disconnect();
        }
    }

    @Test
    void basic_pub_sub_broadcasts_and_rejects_calls() throws Exception {
        try (App app = BasicPubSub.server(0)) {
            app.start();
            WebSocketClient ann = page(app.port(), "/pubsub", "wamp").welcome().send("[5,\"news\"]");
            ann.send("[2,\"1\",\"sum\",1,2]");
            assertThat(ann.receive()).isEqualTo("[4,\"1\",\"sum\",\"RPC not supported on this demo\"]");
            WebSocketClient bob = page(app.port(), "/pubsub", "wamp").welcome().send("[7,\"news\",{\"a\":[1,null]}]");
            assertThat(ann.receive()).isEqualTo("[8,\"news\",{\"a\":[1,null]}]");
            assertThat(bob.isDrained()).isTrue();
            ann.disconnect();
            bob.disconnect();
        }
    }

    @Test
    void calculator_responds_to_calls_and_counts_published_sums() throws Exception {
        try (App app = Calculator.server(0)) {
            app.start();
            WebSocketClient ann = page(app.port(), "/calc", "wamp").welcome().send("[5,\"com.example.sums\"]");
            ann.send("[1,\"calc\",\"com.example.calc.\"]").send("[2,\"1\",\"calc:add\",1,2.5]");
            assertThat(ann.receive()).isEqualTo("[3,\"1\",3.5]");
            ann.send("[2,\"2\",\"calc:divide\",1,0]");
            assertThat(ann.receive())
                    .isEqualTo("[4,\"2\",\"com.example.error.division_by_zero\",\"division by zero\"]");
            ann.send("[2,\"3\",\"calc:add\",1,\"x\"]");
            assertThat(ann.receive())
                    .isEqualTo("[4,\"3\",\"wamp.error.invalid_argument\","
                            + "\"argument 2: \\\"x\\\" (expected: a number)\"]");
            ann.send("[7,\"com.example.sums\",{\"a\":1,\"b\":2.5}]");
            assertThat(ann.receive()).isEqualTo("[8,\"com.example.sums\",{\"a\":1,\"b\":2.5}]");
            ann.send("[2,\"4\",\"calc:seen\"]");
            assertThat(ann.receive()).isEqualTo("[3,\"4\",1]");
            ann.disconnect();
        }
    }

    /** Uses the procedure of the guide in both versions. */
    @Test
    void calculator_serves_wamp_v1_and_v2() throws Exception {
        try (App app = Calculator.server(0)) {
            app.start();
            WebSocketClient v1 =
                    page(app.port(), "/calc", "wamp").welcome().send("[2,\"1\",\"com.example.calc.add\",1,2.5]");
            assertThat(v1.receive()).isEqualTo("[3,\"1\",3.5]");
            WebSocketClient v2 = page(app.port(), "/calc", "wamp.2.json")
                    .join("realm1")
                    .send("[48,1,{},\"com.example.calc.add\",[1,2.5]]");
            assertThat(v2.receive()).isEqualTo("[50,1,{},[3.5]]");
            v2.send("[48,2,{},\"com.example.calc.divide\",[1,0]]");
            assertThat(v2.receive())
                    .isEqualTo("[8,48,2,{},\"com.example.error.division_by_zero\",[\"division by zero\"]]");
            v1.disconnect();
            v2.disconnect();
        }
        assertThat(Files.readString(Path.of("../docs/guide/stacks.md")))
                .contains("@Procedure(\"com.example.calc.add\")");
    }

    @Test
    void push_server_broadcasts_zeromq_entries_to_subscribers() throws Exception {
        try (App app = PushServer.server(0, 0)) {
            app.start();
            WebSocketClient reader = page(app.port(), "/", "wamp").welcome().send("[5,\"kittensCategory\"]");
            // WAMP v1 does not acknowledge subscriptions
            while (app.topics().topic("kittensCategory").size() == 0) {
                SpinWait.once();
            }
            String entry = "{\"category\":\"kittensCategory\",\"title\":\"Meow\",\"article\":\"…\",\"when\":1}";
            try (ZmqPush blog = new ZmqPush("127.0.0.1", zmqPort(app))) {
                blog.push(entry);
            }
            assertThat(reader.receive()).isEqualTo("[8,\"kittensCategory\"," + entry + "]");
            reader.send("[2,\"7\",\"sum\"]");
            assertThat(reader.receive()).isEqualTo("[4,\"7\",\"sum\",\"You are not allowed to make calls\"]");
            assertThat(reader.receive()).isEqualTo("close 1000");
            WebSocketClient publisher = page(app.port(), "/", "wamp").welcome().send("[7,\"kittensCategory\",{}]");
            assertThat(publisher.receive()).isEqualTo("close 1000");
        }
    }

    private static int zmqPort(App app) {
        Endpoint bridge = app.endpoints().get(0);
        return ((InetSocketAddress) bridge.address()).getPort();
    }
}
