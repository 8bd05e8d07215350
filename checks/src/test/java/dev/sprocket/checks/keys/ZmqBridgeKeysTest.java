package dev.sprocket.checks.keys;

import static dev.sprocket.checks.keys.Key.*;
import static dev.sprocket.checks.keys.Site.route;
import static dev.sprocket.checks.keys.Site.web;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sprocket.checks.RequiredPrograms;
import dev.sprocket.checks.keys.fixture.RedisProcess;
import dev.sprocket.leaktest.SpinWait;
import dev.sprocket.pubsub.internal.delivery.LogOutage;
import java.io.IOException;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.zeromq.SocketType;
import org.zeromq.ZContext;
import org.zeromq.ZMQ;

/** Keys of the bridge {@code zmq}, with sockets of JeroMQ and pyzmq. */
@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
@Timeout(180)
@Tag("slow")
class ZmqBridgeKeysTest {
    private static final String WEB = web(route("/ws", PUBSUB, WS, WAMP));

    private static String push(String topic, Object value) {
        return "{\"topic\":\"" + topic + "\",\"event\":" + value + "}";
    }

    private static String bridge(String name, String... settings) {
        return BRIDGES.named(name, BRIDGE_TYPE.is("zmq"), ZMQ_BRIDGE_PORT.is(0), String.join(", ", settings));
    }

    private static RawWebSocket subscribed(Site site, String topic) throws IOException {
        RawWebSocket client = RawWebSocket.open(site.port(), "/ws", "Sec-WebSocket-Protocol: wamp");
        client.receive();
        client.send("[5,\"" + topic + "\"]").send("[2,\"1\",\"none\"]");
        assertThat(client.receive()).startsWith("[4,");
        return client;
    }

    private static ZMQ.Socket socket(ZContext context, SocketType type, String at) {
        ZMQ.Socket socket = context.createSocket(type);
        socket.setReceiveTimeOut(Site.TIMEOUT_SECONDS * 1000);
        socket.setLinger(0);
        // JeroMQ sometimes connects and then hears nothing; without this it connects anew after 30 s
        socket.setHandshakeIvl(500);
        socket.connect("tcp://" + at);
        return socket;
    }

    private static String at(Site site, String name) {
        return "127.0.0.1:" + site.port(name);
    }

    @Test
    @Row({ZMQ_BRIDGE_HOST, ZMQ_BRIDGE_PORT})
    void bridge_binds_its_host_and_port_for_pyzmq() throws Exception {
        RequiredPrograms.requireWorking("python3-zmq", "python3", "-c", "import zmq");
        int port = Site.freePort();
        String python = "import sys, zmq; c = zmq.Context(); s = c.socket(zmq.PUSH); s.linger = 20000;"
                + " s.connect(sys.argv[1]); s.send_string(sys.argv[2]); s.close(); c.term()";
        try (Site site = Site.start(
                        WEB,
                        BRIDGES.named("zmq", ZMQ_BRIDGE_HOST.text("127.0.0.2"), ZMQ_BRIDGE_PORT.is(port)),
                        bridge("default"));
                RawWebSocket client = subscribed(site, "news")) {
            Site.run("python3", "-c", python, "tcp://127.0.0.2:" + port, push("news", 1));
            assertThat(client.receive()).isEqualTo("[8,\"news\",1]");
            assertThat(site.server().address("default").toString())
                    .contains(PrintedKeys.defaultOf(ZMQ_BRIDGE_HOST).replace("\"", ""));
        }
    }

    @Test
    @Row({ZMQ_BRIDGE_SOCKET_TYPE, ZMQ_BRIDGE_CONNECT, ZMQ_BRIDGE_SUBSCRIBE})
    void socket_type_connect_and_subscribe_select_the_socket() throws Exception {
        int published = Site.freePort();
        try (ZContext context = new ZContext()) {
            ZMQ.Socket pub = context.createSocket(SocketType.XPUB);
            pub.setReceiveTimeOut(Site.TIMEOUT_SECONDS * 1000);
            pub.bind("tcp://127.0.0.1:" + published);
            try (Site site = Site.start(
                            WEB,
                            bridge("pull"),
                            bridge("router", ZMQ_BRIDGE_SOCKET_TYPE.is("router")),
                            bridge(
                                    "sub",
                                    ZMQ_BRIDGE_SOCKET_TYPE.is("sub"),
                                    ZMQ_BRIDGE_CONNECT.texts("127.0.0.1:" + published),
                                    ZMQ_BRIDGE_SUBSCRIBE.texts("news")));
                    RawWebSocket client = subscribed(site, "news")) {
                socket(context, SocketType.PUSH, at(site, "pull")).send(push("news", 1));
                assertThat(client.receive()).isEqualTo("[8,\"news\",1]");
                ZMQ.Socket request = socket(context, SocketType.REQ, at(site, "router"));
                request.send(push("news", 2));
                assertThat(request.recvStr()).isEqualTo("ok 1");
                assertThat(client.receive()).isEqualTo("[8,\"news\",2]");
                // what it subscribes to: 1 and the beginning
                assertThat(pub.recvStr()).isEqualTo("\u0001news");
                pub.sendMore("other");
                pub.send("9");
                pub.sendMore("news");
                pub.send("3");
                assertThat(client.receive()).isEqualTo("[8,\"news\",3]");
            }
        }
    }

    @Test
    @Row(ZMQ_BRIDGE_FRAMES)
    void frames_make_a_message() throws Exception {
        try (ZContext context = new ZContext();
                Site site = Site.start(
                        WEB,
                        bridge("default"),
                        bridge("two", ZMQ_BRIDGE_FRAMES.is("topic-and-event")),
                        bridge("either", ZMQ_BRIDGE_FRAMES.is("one-or-two")));
                RawWebSocket client = subscribed(site, "news")) {
            ZMQ.Socket two = socket(context, SocketType.PUSH, at(site, "two"));
            two.sendMore("news");
            two.send("1");
            assertThat(client.receive()).isEqualTo("[8,\"news\",1]");
            ZMQ.Socket either = socket(context, SocketType.PUSH, at(site, "either"));
            either.sendMore("news");
            either.send("2");
            either.send(push("news", 3));
            assertThat(client.receive() + client.receive()).isEqualTo("[8,\"news\",2][8,\"news\",3]");
            ZMQ.Socket one = socket(context, SocketType.PUSH, at(site, "default"));
            one.sendMore("news");
            one.send("4");
            one.send(push("news", 5));
            assertThat(client.receive()).isEqualTo("[8,\"news\",5]");
        }
    }

    @Test
    @Row({ZMQ_BRIDGE_PUBLIC_KEY, ZMQ_BRIDGE_SECRET_KEY, ZMQ_BRIDGE_CLIENT_KEYS, ZMQ_BRIDGE_SERVER_KEY})
    void curve_keys_accept_known_clients() throws Exception {
        ZMQ.Curve.KeyPair server = ZMQ.Curve.generateKeyPair();
        ZMQ.Curve.KeyPair known = ZMQ.Curve.generateKeyPair();
        ZMQ.Curve.KeyPair unknown = ZMQ.Curve.generateKeyPair();
        String own = ZMQ_BRIDGE_PUBLIC_KEY.text(server.publicKey) + ", " + ZMQ_BRIDGE_SECRET_KEY.text(server.secretKey);
        int port = Site.freePort();
        try (ZContext context = new ZContext();
                Site site = Site.start(
                        WEB,
                        bridge("curve", own, ZMQ_BRIDGE_CLIENT_KEYS.texts(known.publicKey)),
                        bridge(
                                "connects",
                                ZMQ_BRIDGE_CONNECT.texts("127.0.0.1:" + port),
                                own,
                                ZMQ_BRIDGE_SERVER_KEY.text(known.publicKey)));
                RawWebSocket client = subscribed(site, "news")) {
            curve(context, server, unknown, at(site, "curve")).send(push("news", 0));
            curve(context, server, known, at(site, "curve")).send(push("news", 1));
            assertThat(client.receive()).isEqualTo("[8,\"news\",1]");
            ZMQ.Socket push = context.createSocket(SocketType.PUSH);
            push.setCurveServer(true);
            push.setCurvePublicKey(ZMQ.Curve.z85Decode(known.publicKey));
            push.setCurveSecretKey(ZMQ.Curve.z85Decode(known.secretKey));
            push.setLinger(0);
            push.bind("tcp://127.0.0.1:" + port);
            push.send(push("news", 2));
            assertThat(client.receive()).isEqualTo("[8,\"news\",2]");
        }
    }

    private static ZMQ.Socket curve(ZContext context, ZMQ.Curve.KeyPair server, ZMQ.Curve.KeyPair own, String at) {
        ZMQ.Socket socket = context.createSocket(SocketType.PUSH);
        socket.setLinger(0);
        socket.setHandshakeIvl(2000);
        socket.setCurveServerKey(ZMQ.Curve.z85Decode(server.publicKey));
        socket.setCurvePublicKey(ZMQ.Curve.z85Decode(own.publicKey));
        socket.setCurveSecretKey(ZMQ.Curve.z85Decode(own.secretKey));
        socket.connect("tcp://" + at);
        return socket;
    }

    @Test
    @Row({ZMQ_BRIDGE_ALLOW, ZMQ_BRIDGE_MAX_FRAME_SIZE})
    void allow_and_max_frame_size_reject() throws Exception {
        try (ZContext context = new ZContext();
                Site site = Site.start(
                        WEB,
                        bridge("others", ZMQ_BRIDGE_ALLOW.texts("192.0.2.1")),
                        bridge("us", ZMQ_BRIDGE_ALLOW.texts("127.0.0.1")),
                        bridge("small", ZMQ_BRIDGE_MAX_FRAME_SIZE.is("\"100 B\"")),
                        bridge("default"));
                RawWebSocket client = subscribed(site, "news")) {
            socket(context, SocketType.PUSH, at(site, "others")).send(push("news", 0));
            socket(context, SocketType.PUSH, at(site, "us")).send(push("news", 1));
            assertThat(client.receive()).isEqualTo("[8,\"news\",1]");
            socket(context, SocketType.PUSH, at(site, "small")).send(push("news", "\"" + "x".repeat(100) + "\""));
            socket(context, SocketType.PUSH, at(site, "small")).send(push("news", 2));
            assertThat(client.receive()).isEqualTo("[8,\"news\",2]");
            int limit = PrintedKeys.bytesOf(ZMQ_BRIDGE_MAX_FRAME_SIZE);
            String max =
                    push("news", "\"" + "x".repeat(limit - push("news", "\"\"").length()) + "\"");
            socket(context, SocketType.PUSH, at(site, "default")).send(max.replace("x\"", "xx\""));
            socket(context, SocketType.PUSH, at(site, "default")).send(max);
            assertThat(client.receive())
                    .hasSize("[8,\"news\",\"\"]".length()
                            + limit
                            - push("news", "\"\"").length());
        }
    }

    @Test
    @Row(ZMQ_BRIDGE_PENDING_LIMIT)
    void pending_limit_pauses_receiving() throws Exception {
        String late = TOPICS.named("late", TOPICS_BATCH_WINDOW.is("2s"));
        try (ZContext context = new ZContext();
                Site site = Site.start(
                        WEB,
                        late,
                        bridge("small", ZMQ_BRIDGE_SOCKET_TYPE.is("router"), ZMQ_BRIDGE_PENDING_LIMIT.is("\"1 B\"")),
                        bridge("default", ZMQ_BRIDGE_SOCKET_TYPE.is("router")));
                RawWebSocket client = subscribed(site, "late")) {
            ZMQ.Socket small = socket(context, SocketType.REQ, at(site, "small"));
            long before = System.nanoTime();
            small.send(push("late", 1));
            assertThat(small.recvStr()).isEqualTo("ok 1");
            small.send(push("news", 1));
            assertThat(small.recvStr()).isEqualTo("ok 0");
            assertThat(java.time.Duration.ofNanos(System.nanoTime() - before))
                    .isGreaterThan(java.time.Duration.ofMillis(1900));
            ZMQ.Socket standard = socket(context, SocketType.REQ, at(site, "default"));
            standard.send(push("late", 2));
            assertThat(standard.recvStr()).isEqualTo("ok 1");
            assertThat(client.receive() + client.receive()).isEqualTo("[8,\"late\",1][8,\"late\",2]");
        }
    }

    @Test
    @Row(ZMQ_BRIDGE_HOLD_TIMEOUT)
    void hold_timeout_bounds_the_wait_for_redis() throws Exception {
        RedisProcess redis = RedisProcess.start();
        String router = ZMQ_BRIDGE_SOCKET_TYPE.is("router");
        try (ZContext context = new ZContext();
                Site site = Site.start(
                        ENGINE.is(
                                ENGINE_REDIS.with(ENGINE_REDIS_URI.text(redis.uri()), ENGINE_REDIS_TIMEOUT.is("30s"))),
                        TOPICS.named("kept", TOPICS_HISTORY.object(TOPICS_HISTORY_SIZE.is(10))),
                        bridge("hasty", router, ZMQ_BRIDGE_HOLD_TIMEOUT.is("0s")),
                        bridge("patient", router, ZMQ_BRIDGE_HOLD_TIMEOUT.is("10m")))) {
            ZMQ.Socket hasty = socket(context, SocketType.REQ, at(site, "hasty"));
            ZMQ.Socket patient = socket(context, SocketType.REQ, at(site, "patient"));
            site.awaitLog("engine up");
            patient.send(push("kept", 1));
            assertThat(patient.recvStr()).isEqualTo("ok 0");
            redis.close();
            awaitOutage(site);
            patient.send(push("kept", 2));
            hasty.send(push("kept", 3));
            assertThat(hasty.recvStr()).isEqualTo("error 1 of 1 events not stored");
            redis = RedisProcess.start(redis.port());
            assertThat(patient.recvStr()).isEqualTo("ok 0");
        } finally {
            redis.close();
        }
    }

    /** Waits until pushes are held. */
    private static void awaitOutage(Site site) throws InterruptedException {
        while (!site.server().topics().shared(LogOutage.class, LogOutage::new).isAway()) {
            SpinWait.once();
        }
    }
}
