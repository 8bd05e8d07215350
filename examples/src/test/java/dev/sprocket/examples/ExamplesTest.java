package dev.sprocket.examples;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sprocket.app.App;
import dev.sprocket.bridge.zmq.ZmqPush;
import dev.sprocket.core.Endpoint;
import dev.sprocket.core.IoServer;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Test;

/** Runs each example as its user would. */
@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
class ExamplesTest {
    @Test
    void chat_tells_everybody_else() throws Exception {
        tellsEverybodyElse(App.at("localhost", 0).route("/chat", new Chat()));
    }

    @Test
    void so_does_that_of_2011() throws Exception {
        tellsEverybodyElse(App.at("localhost", 0).route("/chat", new Chat2011()));
    }

    private static void tellsEverybodyElse(App server) throws Exception {
        try (App app = server) {
            app.start();
            Browser ann = Browser.open(app.port(), "/chat");
            Browser bob = Browser.open(app.port(), "/chat");
            Browser cat = Browser.open(app.port(), "/chat");
            // all three are in once each has heard another
            for (Browser speaker : List.of(ann, bob, cat)) {
                speaker.say("hello");
            }
            ann.say("from ann");
            assertThat(drainUntil(bob, "from ann")).isTrue();
            assertThat(drainUntil(cat, "from ann")).isTrue();
            bob.say("from bob");
            assertThat(drainUntil(ann, "from bob")).isTrue();
            ann.leave();
            bob.leave();
            cat.leave();
        }
    }

    private static boolean drainUntil(Browser browser, String wanted) throws InterruptedException {
        for (int i = 0; i < 10; i++) {
            if (browser.next().equals(wanted)) {
                return true;
            }
        }
        return false;
    }

    @Test
    void echo_sends_back() throws Exception {
        try (IoServer server = Echo.server(0)) {
            server.start();
            Browser browser = Browser.open(server.port(), "/").say("hello");
            assertThat(browser.next()).isEqualTo("hello");
            browser.leave();
        }
    }

    @Test
    void basic_pub_sub_reaches_subscribers_and_refuses_calls() throws Exception {
        try (App app = BasicPubSub.server(0)) {
            app.start();
            Browser ann = Browser.wamp(app.port(), "/pubsub").say("[5,\"news\"]");
            ann.say("[2,\"1\",\"sum\",1,2]");
            assertThat(ann.next()).isEqualTo("[4,\"1\",\"sum\",\"RPC not supported on this demo\"]");
            Browser bob = Browser.wamp(app.port(), "/pubsub").say("[7,\"news\",{\"a\":[1,null]}]");
            assertThat(ann.next()).isEqualTo("[8,\"news\",{\"a\":[1,null]}]");
            assertThat(bob.heardNothing()).isTrue();
            ann.leave();
            bob.leave();
        }
    }

    @Test
    void calculator_answers_calls_and_counts_what_is_published() throws Exception {
        try (App app = Calculator.server(0)) {
            app.start();
            Browser ann = Browser.wamp(app.port(), "/calc").say("[5,\"com.example.sums\"]");
            ann.say("[1,\"calc\",\"com.example.calc.\"]").say("[2,\"1\",\"calc:add\",1,2.5]");
            assertThat(ann.next()).isEqualTo("[3,\"1\",3.5]");
            ann.say("[2,\"2\",\"calc:divide\",1,0]");
            assertThat(ann.next()).isEqualTo("[4,\"2\",\"com.example.error.division_by_zero\",\"division by zero\"]");
            ann.say("[2,\"3\",\"calc:add\",1,\"x\"]");
            assertThat(ann.next())
                    .isEqualTo("[4,\"3\",\"wamp.error.invalid_argument\","
                            + "\"argument 2: \\\"x\\\" (expected: a number)\"]");
            ann.say("[7,\"com.example.sums\",{\"a\":1,\"b\":2.5}]");
            assertThat(ann.next()).isEqualTo("[8,\"com.example.sums\",{\"a\":1,\"b\":2.5}]");
            ann.say("[2,\"4\",\"calc:seen\"]");
            assertThat(ann.next()).isEqualTo("[3,\"4\",1]");
            ann.leave();
        }
    }

    /** The procedure that the README shows for both versions. */
    @Test
    void calculator_answers_the_same_procedure_in_wamp_v1_and_v2() throws Exception {
        try (App app = Calculator.server(0)) {
            app.start();
            Browser v1 = Browser.wamp(app.port(), "/calc").say("[2,\"1\",\"com.example.calc.add\",1,2.5]");
            assertThat(v1.next()).isEqualTo("[3,\"1\",3.5]");
            Browser v2 = Browser.wamp2(app.port(), "/calc").say("[48,1,{},\"com.example.calc.add\",[1,2.5]]");
            assertThat(v2.next()).isEqualTo("[50,1,{},[3.5]]");
            v2.say("[48,2,{},\"com.example.calc.divide\",[1,0]]");
            assertThat(v2.next())
                    .isEqualTo("[8,48,2,{},\"com.example.error.division_by_zero\",[\"division by zero\"]]");
            v1.leave();
            v2.leave();
        }
        assertThat(Files.readString(Path.of("../README.md"))).contains("@Procedure(\"com.example.calc.add\")");
    }

    @Test
    void push_server_hands_on_what_the_blog_sends_over_zeromq() throws Exception {
        try (App app = PushServer.server(0, 0)) {
            app.start();
            Browser reader = Browser.wamp(app.port(), "/").say("[5,\"kittensCategory\"]");
            // a subscription is not answered
            while (app.topics().topic("kittensCategory").size() == 0) {
                Thread.onSpinWait();
            }
            String entry = "{\"category\":\"kittensCategory\",\"title\":\"Meow\",\"article\":\"…\",\"when\":1}";
            try (ZmqPush blog = new ZmqPush("127.0.0.1", zmqPort(app))) {
                blog.push(entry);
            }
            assertThat(reader.next()).isEqualTo("[8,\"kittensCategory\"," + entry + "]");
            reader.say("[2,\"7\",\"sum\"]");
            assertThat(reader.next()).isEqualTo("[4,\"7\",\"sum\",\"You are not allowed to make calls\"]");
            assertThat(reader.next()).isEqualTo("close 1000");
            Browser publisher = Browser.wamp(app.port(), "/").say("[7,\"kittensCategory\",{}]");
            assertThat(publisher.next()).isEqualTo("close 1000");
        }
    }

    private static int zmqPort(App app) {
        Endpoint bridge = app.endpoints().get(0);
        return ((InetSocketAddress) bridge.address()).getPort();
    }
}
