package dev.sprocket.checks.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sprocket.bridge.zmq.ZmqPush;
import dev.sprocket.leaktest.WebSocketClient;
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** End-to-end tests of {@code sprocket demo} from the distribution jar. */
@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
@Tag("slow")
class DemoTest {
    private static final String ENTRY =
            "{\"category\":\"kittensCategory\", \"title\":\"Grüße\", \"article\":\"…\", \"when\":1}";

    private DemoProcess demo;

    @BeforeEach
    void start() throws Exception {
        demo = DemoProcess.onFreePorts();
    }

    @AfterEach
    void stop() throws Exception {
        demo.close();
    }

    /** Subscribes by WAMP v1 and waits until the server has processed it. */
    private static WebSocketClient subscriber(URI url, String topic) throws InterruptedException {
        WebSocketClient client = WebSocketClient.wamp(url).send("[5,\"" + topic + "\"]");
        assertThat(client.exchange("[2,\"subscribed\",\"add\",1,2]")).isEqualTo("[3,\"subscribed\",3]");
        return client;
    }

    /** Reports whether the next message is the response to a call that is sent now. */
    private static boolean receivedNothing(WebSocketClient client) throws InterruptedException {
        return client.exchange("[2,\"quiet\",\"echo\",\"?\"]").equals("[3,\"quiet\",\"?\"]");
    }

    @Test
    void push_reaches_only_subscribers_of_its_topic() throws Exception {
        WebSocketClient reader = subscriber(demo.webSocket("/"), "kittensCategory");
        WebSocketClient other = subscriber(demo.webSocket("/wamp"), "puppies");

        var response = demo.post("/push/kittensCategory", "{\"title\": \"by HTTP\"}");
        assertThat(response.statusCode()).isEqualTo(200);
        assertThat(response.body())
                .matches("\\{\"topic\":\"kittensCategory\",\"subscribers\":1,\"position\":\"\\w+\\.1\\.\\w+\"}\n");
        assertThat(reader.receive()).isEqualTo("[8,\"kittensCategory\",{\"title\": \"by HTTP\"}]");

        try (Socket tcp = new Socket(InetAddress.getLoopbackAddress(), demo.port("tcp"))) {
            tcp.getOutputStream().write(ENTRY.getBytes(StandardCharsets.UTF_8));
        }
        assertThat(reader.receive()).isEqualTo("[8,\"kittensCategory\"," + ENTRY + "]");

        try (ZmqPush push = new ZmqPush("127.0.0.1", demo.port("zmq"))) {
            push.push("{\"topic\":\"kittensCategory\",\"event\":[\"by ZeroMQ\",null]}");
        }
        assertThat(reader.receive()).isEqualTo("[8,\"kittensCategory\",[\"by ZeroMQ\",null]]");
        assertThat(receivedNothing(other)).isTrue();
    }

    @Test
    void malformed_push_is_logged_and_next_push_works() throws Exception {
        WebSocketClient reader = subscriber(demo.webSocket("/"), "t");
        try (Socket tcp = new Socket(InetAddress.getLoopbackAddress(), demo.port("tcp"))) {
            tcp.getOutputStream()
                    .write("{\"topic\":\"t\",\"event\":}\n{\"topic\":\"t\",\"event\":2}"
                            .getBytes(StandardCharsets.UTF_8));
        }
        assertThat(reader.receive()).isEqualTo("[8,\"t\",2]");
        assertThat(demo.stderr())
                .containsPattern("push rejected: peer=127\\.0\\.0\\.1:\\d+ reason=\"JSON, line 1, column 22");
        assertThat(demo.post("/push", "[1]").statusCode()).isEqualTo(400);
        assertThat(demo.post("/push", "[{\"topic\":\"t\",\"event\":3},{\"topic\":\"u\",\"event\":4}]")
                        .body())
                .isEqualTo("[{\"topic\":\"t\",\"subscribers\":1},{\"topic\":\"u\",\"subscribers\":0}]\n");
        assertThat(reader.receive()).isEqualTo("[8,\"t\",3]");
        assertThat(demo.post("/push/t", "\"" + "x".repeat(1 << 20) + "\"").statusCode())
                .isEqualTo(413);
    }

    @Test
    void telnet_and_browser_share_one_chat() throws Exception {
        WebSocketClient browser = WebSocketClient.open(demo.webSocket("/chat"));
        try (Socket telnet = new Socket(InetAddress.getLoopbackAddress(), demo.port("telnet"))) {
            telnet.getOutputStream().write("from telnet\r\n".getBytes(StandardCharsets.UTF_8));
            assertThat(browser.receive()).isEqualTo("from telnet");
            browser.send("from the browser");
            var lines = new BufferedReader(new InputStreamReader(telnet.getInputStream(), StandardCharsets.UTF_8));
            assertThat(lines.readLine()).isEqualTo("from the browser");
        }
    }

    @Test
    void publish_excludes_sender_and_unknown_procedure_fails() throws Exception {
        WebSocketClient ann = subscriber(demo.webSocket("/wamp"), "t");
        WebSocketClient bob = subscriber(demo.webSocket("/wamp"), "t");
        ann.send("[7,\"t\",\"not to me\",true]");
        assertThat(bob.receive()).isEqualTo("[8,\"t\",\"not to me\"]");
        assertThat(receivedNothing(ann)).isTrue();
        ann.send("[2,7,\"nothing\"]");
        assertThat(ann.receive()).isEqualTo("[4,7,\"wamp.error.no_such_procedure\",\"no procedure nothing\"]");
    }

    @Test
    void sigterm_closes_websockets_with_1001_and_exits_0() throws Exception {
        WebSocketClient reader = subscriber(demo.webSocket("/"), "t");
        assertThat(demo.terminate()).isZero();
        assertThat(reader.receive()).isEqualTo("close 1001 server is going away");
    }

    @Test
    void port_in_use_error_names_port_and_flag() throws Exception {
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            String port = String.valueOf(taken.getLocalPort());
            for (String flag : new String[] {"--port", "--tcp-port", "--zmq-port", "--telnet-port"}) {
                var options = new java.util.ArrayList<String>();
                for (String option : new String[] {"--port", "--tcp-port", "--zmq-port", "--telnet-port"}) {
                    options.add(option);
                    options.add(option.equals(flag) ? port : "0");
                }
                DemoProcess.Failure failure = DemoProcess.runToFailure(options.toArray(String[]::new));
                assertThat(failure.code()).isEqualTo(1);
                assertThat(failure.err().lines().filter(line -> line.startsWith("sprocket: ")))
                        .singleElement()
                        .asString()
                        .contains("127.0.0.1:" + port, "in use", flag);
                assertThat(failure.err()).doesNotContain("\tat ");
            }
        }
    }

    @Test
    void banner_fits_80_columns_and_ends_with_url() {
        assertThat(demo.printed()).allMatch(line -> line.length() <= 80);
        assertThat(demo.printed().get(demo.printed().size() - 1)).isEqualTo("Sprocket is ready: " + demo.url());
    }

    @Test
    void unknown_flag_exits_2_with_usage() throws Exception {
        DemoProcess.Failure failure = DemoProcess.runToFailure("--prot", "8080");
        assertThat(failure.code()).isEqualTo(2);
        assertThat(failure.err()).contains("--prot", "Usage: sprocket demo");
    }

    @Test
    void invalid_nodes_exit_2_with_the_reason() throws Exception {
        for (String[] wrong : new String[][] {
            {"--nodes", "0"}, {"--nodes", "4"}, {"--nodes", "x"}, {"--nodes", "2", "--redis", "tcp://user:secret@x"}
        }) {
            DemoProcess.Failure failure = DemoProcess.runToFailure(wrong);
            assertThat(failure.code()).isEqualTo(2);
            assertThat(failure.err())
                    .contains("sprocket: ", wrong[wrong.length - 2])
                    .doesNotContain("secret");
        }
    }

    @Test
    void health_endpoint_reports_up() throws Exception {
        assertThat(demo.get("/health")).isEqualTo("{\"status\":\"up\"}");
    }
}
