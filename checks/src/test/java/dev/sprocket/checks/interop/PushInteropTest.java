package dev.sprocket.checks.interop;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sprocket.bridge.zmq.ZmqBridge;
import dev.sprocket.bridge.zmq.ZmqKeys;
import dev.sprocket.checks.RequiredPrograms;
import dev.sprocket.pubsub.Subscriber;
import dev.sprocket.pubsub.Topics;
import dev.sprocket.pubsub.push.Publisher;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Clients with libzmq for every socket type of the ZeroMQ bridge, and for CURVE. */
@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
@Tag("foreign")
class PushInteropTest {
    private static final int EVENTS = 1000;
    private static final ZmqKeys SERVER = ZmqKeys.generate();
    private static final ZmqKeys CLIENT = ZmqKeys.generate();

    private final Topics topics = new Topics();
    private final ExecutorService executor = Executors.newSingleThreadExecutor();
    private final Map<String, List<Integer>> received = new HashMap<>();
    private final CountDownLatch all = new CountDownLatch(4 * EVENTS);
    private final List<ZmqBridge> bridges = new ArrayList<>();
    private final List<String> arguments = new ArrayList<>();

    @BeforeEach
    void start() throws Exception {
        Subscriber subscriber = Subscriber.of("s", executor, (topic, event) -> {
            received.get(topic).add(event.as(Integer.class));
            all.countDown();
        });
        for (String topic : List.of("pull", "router", "sub", "curve")) {
            received.put(topic, new ArrayList<>());
            topics.topic(topic).subscribe(subscriber);
        }
        int publish;
        try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            publish = free.getLocalPort();
        }
        start(ZmqBridge.pull(topics).build());
        start(ZmqBridge.router(topics).build());
        start(ZmqBridge.sub(new Publisher(topics)).connect("127.0.0.1", publish).build());
        start(ZmqBridge.pull(topics)
                .bind("0.0.0.0", 0)
                .curve(SERVER)
                .clientKey(CLIENT.publicKey())
                .allow("127.0.0.0/8")
                .build());
        arguments.addAll(List.of(SERVER.publicKey(), CLIENT.publicKey(), CLIENT.secretKey()));
    }

    private void start(ZmqBridge bridge) throws Exception {
        bridge.start();
        bridges.add(bridge);
        arguments.add(String.valueOf(((InetSocketAddress) bridge.address()).getPort()));
    }

    @AfterEach
    void stop() {
        bridges.forEach(ZmqBridge::close);
        executor.shutdownNow();
    }

    private void run(String... program) throws Exception {
        List<String> command = new ArrayList<>(List.of("env"));
        command.addAll(List.of(program));
        command.addAll(arguments);
        Path output = Files.createDirectories(Path.of("target", "interop")).resolve(program[0] + "-push.txt");
        ProcessBuilder builder =
                new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(output.toFile());
        builder.environment().put("PATH", RequiredPrograms.path());
        Process process = builder.start();
        try {
            boolean complete = all.await(60, TimeUnit.SECONDS);
            assertThat(complete)
                    .as("all received; %s", Files.readString(output))
                    .isTrue();
            process.getOutputStream().close();
            assertThat(process.waitFor(60, TimeUnit.SECONDS))
                    .as("exited in time")
                    .isTrue();
            assertThat(process.exitValue()).as("%s", Files.readString(output)).isZero();
        } finally {
            process.destroyForcibly();
        }
        for (Map.Entry<String, List<Integer>> topic : received.entrySet()) {
            assertThat(topic.getValue())
                    .as(topic.getKey())
                    .isEqualTo(IntStream.range(0, EVENTS).boxed().toList());
        }
    }

    @Test
    void python_client_pushes_through_every_socket_type() throws Exception {
        RequiredPrograms.requireWorking("python3-zmq", "python3", "-c", "import zmq; assert zmq.has('curve')");
        run("python3", "src/test/interop/push.py");
    }

    @Test
    void php_client_pushes_through_every_socket_type() throws Exception {
        RequiredPrograms.requireWorking(
                "php-zmq", "php", "-r", "exit(defined('ZMQ::SOCKOPT_CURVE_SERVERKEY') ? 0 : 1);");
        run("php", "src/test/interop/push.php");
    }
}
