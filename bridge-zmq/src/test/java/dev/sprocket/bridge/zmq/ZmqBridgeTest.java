package dev.sprocket.bridge.zmq;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.concurrent.TimeUnit.MILLISECONDS;
import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import dev.sprocket.core.Connection;
import dev.sprocket.core.EchoServer;
import dev.sprocket.core.Message;
import dev.sprocket.core.MessageComponent;
import dev.sprocket.pubsub.Subscriber;
import dev.sprocket.pubsub.Topics;
import dev.sprocket.pubsub.access.AccessControl;
import dev.sprocket.pubsub.access.AccessDecision;
import dev.sprocket.pubsub.access.AccessPolicy;
import dev.sprocket.pubsub.access.AccessRule;
import dev.sprocket.pubsub.access.Grantee;
import dev.sprocket.pubsub.push.Publisher;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.zeromq.SocketType;
import org.zeromq.ZContext;
import org.zeromq.ZMQ;

/** All socket types, against sockets of JeroMQ. */
@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
@Timeout(60)
@Tag("slow")
final class ZmqBridgeTest {
    private static final ZmqKeys SERVER = ZmqKeys.generate();
    private static final ZmqKeys CLIENT = ZmqKeys.generate();

    private final BlockingQueue<String> received = new LinkedBlockingQueue<>();
    private final MessageComponent<Connection, Message> target = (from, message) -> received.add(message.text());
    private final Topics topics = new Topics();
    private final ZContext context = new ZContext();
    private @Nullable ZmqBridge bridge;

    @AfterEach
    void stop() {
        context.getSockets().forEach(socket -> socket.setLinger(0));
        context.close();
        if (bridge != null) {
            bridge.close();
        }
    }

    @CanIgnoreReturnValue
    private int start(ZmqBridge.Builder builder) throws Exception {
        bridge = builder.build();
        bridge.start();
        return ((InetSocketAddress) bridge.address()).getPort();
    }

    private ZMQ.Socket client(SocketType type) {
        ZMQ.Socket socket = context.createSocket(type);
        socket.setHandshakeIvl(500);
        socket.setReceiveTimeOut(20_000);
        return socket;
    }

    private ZMQ.Socket connected(SocketType type, int port) {
        ZMQ.Socket socket = client(type);
        socket.connect("tcp://127.0.0.1:" + port);
        return socket;
    }

    private ZMQ.Socket curved(int port, ZmqKeys own) {
        ZMQ.Socket socket = client(SocketType.PUSH);
        socket.setHandshakeIvl(2000);
        socket.setCurveServerKey(ZMQ.Curve.z85Decode(SERVER.publicKey()));
        socket.setCurvePublicKey(ZMQ.Curve.z85Decode(own.publicKey()));
        socket.setCurveSecretKey(ZMQ.Curve.z85Decode(own.secretKey()));
        socket.connect("tcp://127.0.0.1:" + port);
        return socket;
    }

    private List<String> take(int count) throws InterruptedException {
        List<String> taken = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            taken.add(received.poll(20, SECONDS));
        }
        return taken;
    }

    private void subscribe(String topic) {
        topics.topic(topic).subscribe(Subscriber.of("s", Runnable::run, (on, event) -> received.add(event.json())));
    }

    @Test
    void two_frames_are_topic_and_event_when_configured() throws Exception {
        ZMQ.Socket push =
                connected(SocketType.PUSH, start(ZmqBridge.pull(target).frames(ZmqFrames.TOPIC_AND_EVENT)));
        push.sendMore("blog.é");
        push.send("[1, 2]");
        push.send("{\"topic\":\"t\",\"event\":1}");
        push.sendMore("");
        push.send("1");
        push.sendMore(new byte[] {(byte) 0xFF});
        push.send("1");
        push.sendMore("t");
        push.send("1,\"topic\":\"other\"");
        push.sendMore("after");
        push.send("2");

        assertThat(take(2))
                .containsExactly("{\"topic\":\"blog.é\",\"event\":[1, 2]}", "{\"topic\":\"after\",\"event\":2}");
        assertThat(received).isEmpty();
    }

    @Test
    void sub_receives_messages_with_and_without_topic_frames() throws Exception {
        ZMQ.Socket pub = context.createSocket(SocketType.XPUB);
        pub.setReceiveTimeOut(20_000);
        int port = pub.bindToRandomPort("tcp://127.0.0.1");
        start(ZmqBridge.sub(target)
                .connect("127.0.0.1", port)
                .subscribe("blog.")
                .subscribe("{"));
        // the subscriptions have arrived
        assertThat(pub.recv()).isNotNull();
        assertThat(pub.recv()).isNotNull();
        pub.sendMore("shop.x");
        pub.send("0");
        pub.sendMore("blog.x");
        pub.send("1");
        pub.send("{\"topic\":\"t\",\"event\":2}");

        assertThat(take(2)).containsExactly("{\"topic\":\"blog.x\",\"event\":1}", "{\"topic\":\"t\",\"event\":2}");
        assertThat(received).isEmpty();
    }

    @Test
    void sub_reconnects_to_restarted_publisher() throws Exception {
        int port;
        try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getByName("127.0.0.1"))) {
            port = free.getLocalPort();
        }
        start(ZmqBridge.pull(target).connect("127.0.0.1", port));
        for (int i = 0; i < 2; i++) {
            try (ZContext backend = new ZContext()) {
                ZMQ.Socket push = backend.createSocket(SocketType.PUSH);
                push.bind("tcp://127.0.0.1:" + port);
                push.send("time " + i);
                assertThat(take(1)).containsExactly("time " + i);
            }
        }
    }

    @Test
    void REQ_gets_a_response_each_time() throws Exception {
        subscribe("t");
        ZMQ.Socket req = connected(SocketType.REQ, start(ZmqBridge.router(topics)));

        req.send("{\"topic\":\"t\",\"event\":1}");
        assertThat(req.recvStr()).isEqualTo("ok 1");
        req.send("{\"topic\":}");
        assertThat(req.recvStr()).isEqualTo("error line 1, column 10: expected a value");
        req.sendMore("t");
        req.send("1");
        assertThat(req.recvStr()).isEqualTo("error message of 2 frames (expected: 1)");
        req.send("{\"topic\":\"nobody\",\"event\":1}");
        assertThat(req.recvStr()).isEqualTo("ok 0");
        assertThat(take(1)).containsExactly("1");
    }

    @Test
    void DEALER_gets_responses_with_and_without_empty_frame() throws Exception {
        subscribe("t");
        ZMQ.Socket dealer =
                connected(SocketType.DEALER, start(ZmqBridge.router(topics).frames(ZmqFrames.ONE_OR_TWO)));
        dealer.send("{\"topic\":\"t\",\"event\":1}");
        dealer.sendMore("");
        dealer.sendMore("t");
        dealer.send("2");
        dealer.sendMore("t");
        dealer.send("3");

        assertThat(dealer.recvStr()).isEqualTo("ok 1");
        assertThat(dealer.recvStr()).isEmpty();
        assertThat(dealer.recvStr()).isEqualTo("ok 1");
        assertThat(dealer.recvStr()).isEqualTo("ok 1");
        assertThat(dealer.hasReceiveMore()).isFalse();
        assertThat(take(3)).containsExactly("1", "2", "3");
    }

    @Test
    void bridge_responds_when_the_component_does_not() throws Exception {
        MessageComponent<Connection, Message> moody = new MessageComponent<>() {
            private final EchoServer echo = new EchoServer();

            @Override
            public void onMessage(Connection from, Message message) throws Exception {
                switch (message.text()) {
                    case "fail" -> throw new IllegalStateException("moody");
                    case "silent" -> {}
                    default -> {
                        echo.onMessage(from, message);
                        assertThat(from.send("a second answer")).isFalse();
                    }
                }
            }
        };
        ZMQ.Socket req = connected(SocketType.REQ, start(ZmqBridge.router(moody)));
        for (String[] pair : new String[][] {
            {"hello", "hello"}, {"fail", "error failed, see the log"}, {"silent", "ok"}, {"again", "again"}
        }) {
            req.send(pair[0]);
            assertThat(req.recvStr()).isEqualTo(pair[1]);
        }
    }

    @Test
    void stack_overflow_in_target_does_not_stop_the_bridge() throws Exception {
        MessageComponent<Connection, Message> deep = (from, message) -> {
            if (message.text().equals("deep")) {
                throw new StackOverflowError("of the target");
            }
            from.send(message);
        };
        ZMQ.Socket req = connected(SocketType.REQ, start(ZmqBridge.router(deep)));
        for (String[] pair : new String[][] {{"deep", "error failed, see the log"}, {"hello", "hello"}}) {
            req.send(pair[0]);
            assertThat(req.recvStr()).isEqualTo(pair[1]);
        }
    }

    @Test
    void non_reading_client_does_not_block_responses_of_others() throws Exception {
        int port = start(ZmqBridge.router(topics).highWaterMark(10));
        ZMQ.Socket deaf = connected(SocketType.DEALER, port);
        deaf.setRcvHWM(1);
        subscribe("t");
        for (int i = 0; i < 5_000; i++) {
            deaf.send("{\"topic\":\"t\",\"event\":" + i + "}");
        }
        assertThat(take(5_000)).last().isEqualTo("4999");

        ZMQ.Socket req = connected(SocketType.REQ, port);
        req.send("{\"topic\":\"t\",\"event\":1}");
        assertThat(req.recvStr()).isEqualTo("ok 1");
    }

    @Test
    void CURVE_accepts_only_known_client_keys() throws Exception {
        int port = start(ZmqBridge.pull(target).curve(SERVER).clientKey(CLIENT.publicKey()));
        ZMQ.Socket stranger = curved(port, ZmqKeys.generate());
        stranger.send("from a stranger");
        ZMQ.Socket plain = connected(SocketType.PUSH, port);
        plain.send("in the clear");

        ZMQ.Socket known = curved(port, CLIENT);
        known.send("from a client");

        assertThat(take(1)).containsExactly("from a client");
        known.send("again");
        assertThat(take(1)).containsExactly("again");
        assertThat(received).isEmpty();
    }

    @Test
    void CURVE_bridge_connects_to_a_server() throws Exception {
        ZMQ.Socket push = client(SocketType.PUSH);
        push.setHandshakeIvl(2000);
        push.setCurveServer(true);
        push.setCurvePublicKey(ZMQ.Curve.z85Decode(SERVER.publicKey()));
        push.setCurveSecretKey(ZMQ.Curve.z85Decode(SERVER.secretKey()));
        int port = push.bindToRandomPort("tcp://127.0.0.1");
        start(ZmqBridge.pull(target).connect("127.0.0.1", port).curve(CLIENT).serverKey(SERVER.publicKey()));
        // messages of JeroMQ on a dead connection are lost with it; the bridge reconnects
        String heard = null;
        for (int i = 0; i < 40 && heard == null; i++) {
            push.send("secret", ZMQ.DONTWAIT);
            heard = received.poll(500, MILLISECONDS);
        }

        assertThat(heard).isEqualTo("secret");
    }

    @Test
    void only_allowed_addresses_may_connect() throws Exception {
        int port = start(ZmqBridge.pull(target).allow("192.0.2.0/24").allow("127.0.0.1"));
        connected(SocketType.PUSH, port).send("allowed");
        assertThat(take(1)).containsExactly("allowed");
        stopBridge();

        int other = start(ZmqBridge.pull(target).allow("192.0.2.0/24"));
        ZMQ.Socket push = client(SocketType.PUSH);
        ZMQ.Socket events = monitored(push);
        push.connect("tcp://127.0.0.1:" + other);
        push.send("not allowed");

        // twice: it was disconnected, reconnected, and disconnected again
        assertThat(ZMQ.Event.recv(events)).isNotNull();
        assertThat(ZMQ.Event.recv(events)).isNotNull();
        assertThat(received).isEmpty();
    }

    private ZMQ.Socket monitored(ZMQ.Socket socket) {
        assertThat(socket.monitor("inproc://monitor", ZMQ.EVENT_DISCONNECTED | ZMQ.EVENT_HANDSHAKE_PROTOCOL))
                .isTrue();
        ZMQ.Socket events = client(SocketType.PAIR);
        events.connect("inproc://monitor");
        return events;
    }

    private void stopBridge() {
        if (bridge != null) {
            bridge.close();
        }
    }

    @Test
    void receiving_pauses_above_pending_limit_and_blocks_senders() throws Exception {
        BlockingQueue<Runnable> tasks = new LinkedBlockingQueue<>();
        topics.topic("t").subscribe(Subscriber.of("s", tasks::add, (on, event) -> received.add(event.json())));
        int port = start(ZmqBridge.pull(topics).pendingLimit(100_000).highWaterMark(10));
        ZMQ.Socket push = client(SocketType.PUSH);
        push.setSndHWM(10);
        push.setSendTimeOut(500);
        push.connect("tcp://127.0.0.1:" + port);
        String event = "\"" + "x".repeat(10_000) + "\"";
        int sent = -1;
        String json = "{\"topic\":\"t\",\"event\":" + event + "}";
        for (boolean taken = true; taken || topics.pendingBytes() <= 100_000; taken = push.send(json)) {
            sent += taken ? 1 : 0;
            assertThat(sent).as("sockets hold some megabytes").isLessThan(100_000);
        }
        assertThat(topics.pendingBytes()).isBetween(100_000L, 120_000L);

        for (int heard = 0; heard < sent; ) {
            Runnable task = tasks.poll(20, TimeUnit.SECONDS);
            assertThat(task).as("%s of %s", heard, sent).isNotNull();
            task.run();
            heard += take(received.size()).size();
        }
        assertThat(push.send("{\"topic\":\"t\",\"event\":1}".getBytes(UTF_8))).isTrue();
    }

    @Test
    void close_ends_a_paused_bridge() throws Exception {
        BlockingQueue<Runnable> tasks = new LinkedBlockingQueue<>();
        topics.topic("t").subscribe(Subscriber.of("s", tasks::add, (on, event) -> {}));
        tasks.remove().run();
        ZMQ.Socket push = connected(
                SocketType.PUSH,
                start(ZmqBridge.pull((from, message) -> new Publisher(topics).onMessage(from, message))
                        .pendingBytes(topics::pendingBytes)
                        .pendingLimit(1)));
        push.send("{\"topic\":\"t\",\"event\":1}");
        assertThat(tasks.poll(20, SECONDS)).isNotNull();

        stopBridge();

        assertThat(topics.pendingBytes()).isPositive();
    }

    @Test
    void non_loopback_address_requires_client_keys() {
        ZmqBridge.Builder open = ZmqBridge.pull(topics).bind("0.0.0.0", 0).allow("10.0.0.0/8");
        assertThatIllegalStateException()
                .isThrownBy(open::build)
                .withMessage("bridge zmq: host 0.0.0.0 accepts unauthenticated messages from other machines (expected:"
                        + " CURVE keys and client keys, or a loopback address such as 127.0.0.1)");
        assertThatIllegalStateException().isThrownBy(open.curve(SERVER)::build);
        assertThat(open.clientKey(CLIENT.publicKey()).build()).isNotNull();
        assertThat(ZmqBridge.sub(topics).connect("192.0.2.1", 5556).build()).isNotNull();
    }

    @Test
    void contradictory_options_are_rejected() {
        assertThatIllegalStateException()
                .isThrownBy(() ->
                        ZmqBridge.pull(topics).clientKey(CLIENT.publicKey()).build())
                .withMessage("client or server keys without own keys (expected: curve)");
        assertThatIllegalStateException()
                .isThrownBy(() -> ZmqBridge.pull(topics)
                        .connect("127.0.0.1", 1)
                        .curve(CLIENT)
                        .build())
                .withMessage("CURVE without the key of the server (expected: serverKey)");
        assertThatIllegalStateException()
                .isThrownBy(() -> ZmqBridge.pull(topics)
                        .connect("127.0.0.1", 1)
                        .allow("127.0.0.1")
                        .build())
                .withMessageStartingWith("client keys or allowed addresses for a connecting bridge");
        assertThatIllegalStateException()
                .isThrownBy(() -> ZmqBridge.pull(topics).subscribe("x"))
                .withMessage("subscribe (expected: on a SUB socket, not PULL)");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> ZmqBridge.pull(topics).clientKey("too short"))
                .withMessage("client of 9 characters (expected: 40 of Z85)");
        assertThatIllegalArgumentException().isThrownBy(() -> new ZmqKeys("é".repeat(40), CLIENT.secretKey()));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> ZmqBridge.pull(topics).highWaterMark(0))
                .withMessage("highWaterMark: 0 (expected: >= 1)");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> ZmqBridge.pull(topics).connect("x", 0))
                .withMessage("port: 0 (expected: 1-65535)");
    }

    @Test
    void toString_of_keys_omits_the_secret_key() {
        assertThat(SERVER.toString()).contains(SERVER.publicKey()).doesNotContain(SERVER.secretKey());
    }

    @Test
    void loopback_sender_is_a_backend_and_denials_are_answered() throws Exception {
        subscribe("news");
        AccessControl.of(topics)
                .authorizer(AccessPolicy.CLOSED.topic("closed", AccessRule.EMPTY.publish(Grantee.NOBODY)));
        ZMQ.Socket request = connected(SocketType.REQ, start(ZmqBridge.router(topics)));

        request.send("{\"topic\":\"news\",\"event\":1}");
        assertThat(request.recvStr()).isEqualTo("ok 1");
        request.send("{\"topic\":\"closed\",\"event\":2}");
        assertThat(request.recvStr()).startsWith("error topic closed denied: ");
        assertThat(take(1)).containsExactly("1");
    }

    @Test
    void receiver_waits_for_late_decisions() throws Exception {
        subscribe("news");
        AccessControl.of(topics)
                .authorizer(request -> AccessDecision.later(CompletableFuture.supplyAsync(() -> AccessDecision.ALLOW)));
        ZMQ.Socket request = connected(SocketType.REQ, start(ZmqBridge.router(topics)));

        request.send("{\"topic\":\"news\",\"event\":1}");

        assertThat(request.recvStr()).isEqualTo("ok 1");
    }
}
