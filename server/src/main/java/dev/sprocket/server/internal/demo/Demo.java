package dev.sprocket.server.internal.demo;

import com.google.errorprone.annotations.ThreadSafe;
import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import dev.sprocket.cluster.ClusterNode;
import dev.sprocket.cluster.redis.RedisEngine;
import dev.sprocket.cluster.spi.Engine;
import dev.sprocket.http.HttpResponse;
import dev.sprocket.http.origin.Origins;
import dev.sprocket.pubsub.TopicSettings;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ThreadLocalRandom;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Demo site, on one node or on several that share their topics. */
@ThreadSafe
public final class Demo {
    /** Listening ports of a node; 0 selects a free port. */
    public record Ports(int http, int tcp, int zmq, int telnet) {
        private static int above(int port, int step) throws IOException {
            return port == 0 ? LocalRedis.freePort() : port + step;
        }

        /** Returns the ports of a further node. */
        private Ports above(int step) throws IOException {
            return new Ports(above(http, step), above(tcp, step), above(zmq, step), above(telnet, step));
        }
    }

    /** Distance of the ports of one node and the next. */
    public static final int PORT_STEP = 10;

    private static final Logger LOG = LoggerFactory.getLogger(Demo.class);
    private static final Duration STOP_DEADLINE = Duration.ofMillis(500);

    private final String host;
    private final TopicSettings articles;
    private final int loops;
    private final @Nullable String redis;
    /** Prefix of keys, which separates demos on the same Redis. */
    private final String prefix =
            "sprocket-demo-" + Integer.toHexString(ThreadLocalRandom.current().nextInt());

    private final List<Ports> ports = new ArrayList<>();
    /** Running nodes; null for one that is stopped. */
    private final @Nullable DemoNode[] nodes;
    /** Starts and stops nodes, one at a time. */
    private final ExecutorService executor = Executors.newSingleThreadExecutor(task -> {
        Thread thread = new Thread(task, "sprocket-demo-nodes");
        thread.setDaemon(true);
        return thread;
    });

    private final CountDownLatch closed = new CountDownLatch(1);
    private boolean closing;

    /**
     * Creates a demo of one node.
     *
     * @param loops number of event loops of each node
     * @param articles settings of the topics of categories
     */
    public Demo(String host, Ports ports, int loops, TopicSettings articles) {
        this.host = host;
        this.loops = loops;
        this.articles = articles;
        this.redis = null;
        this.ports.add(ports);
        this.nodes = new DemoNode[1];
    }

    private Demo(Demo one, int size, String redis) throws IOException {
        this.host = one.host;
        this.loops = one.loops;
        this.articles = one.articles;
        this.redis = redis;
        for (int i = 0; i < size; i++) {
            ports.add(one.ports.get(0).above(i * PORT_STEP));
        }
        this.nodes = new DemoNode[size];
    }

    /** Returns a demo with this number of nodes, which are connected by Redis. */
    public Demo nodes(int number, String redisUri) throws IOException {
        return new Demo(this, number, redisUri);
    }

    /** Starts all nodes, or none after an error. */
    public void start() throws IOException {
        for (int number = 1; number <= size(); number++) {
            try {
                start(number);
            } catch (IOException e) {
                close(Duration.ZERO);
                throw e;
            }
        }
    }

    private void start(int number) throws IOException {
        DemoNode node = new DemoNode(this, number, ports.get(number - 1), articles, cluster(number));
        try {
            node.start();
        } catch (IOException e) {
            node.close(Duration.ZERO);
            throw e;
        }
        boolean late;
        synchronized (this) {
            ports.set(number - 1, node.ports());
            nodes[number - 1] = node;
            late = closing;
        }
        if (late) {
            stop(number, Duration.ZERO);
        }
    }

    private @Nullable ClusterNode cluster(int number) {
        return redis == null
                ? null
                : ClusterNode.builder(RedisEngine.builder(redis).prefix(prefix).build())
                        .name("node-" + number)
                        .start();
    }

    private void stop(int number, Duration deadline) {
        DemoNode node;
        synchronized (this) {
            node = nodes[number - 1];
            nodes[number - 1] = null;
        }
        if (node != null) {
            node.close(deadline);
        }
    }

    /** Starts or stops a node after the answer, which it may give itself. */
    synchronized HttpResponse command(String node, String command) {
        if (!node.matches("[1-9]") || Integer.parseInt(node) > size()) {
            return refusal(404, "no node " + node + " (expected: 1-" + size() + ")");
        }
        int number = Integer.parseInt(node);
        boolean running = nodes[number - 1] != null;
        switch (command) {
            case "stop" -> {
                if (running && running().count() == 1) {
                    return refusal(409, "node " + node + " is the last one (start another one first)");
                }
                executor.execute(() -> stop(number, STOP_DEADLINE));
            }
            case "start" -> {
                if (!running) {
                    executor.execute(() -> startAgain(number));
                }
            }
            default -> {
                return refusal(404, "no command " + command + " (expected: start or stop)");
            }
        }
        return HttpResponse.json("{\"node\":" + number + ",\"command\":\"" + command + "\"}")
                .status(202);
    }

    private static HttpResponse refusal(int status, String reason) {
        JsonObject answer = new JsonObject();
        answer.addProperty("error", reason);
        return HttpResponse.json(answer.toString()).status(status);
    }

    private void startAgain(int number) {
        synchronized (this) {
            if (closing || nodes[number - 1] != null) {
                return;
            }
        }
        try {
            start(number);
        } catch (IOException | RuntimeException e) {
            LOG.error("node not started: node={} reason=\"{}\" (start it again)", number, e.getMessage());
        }
    }

    private Stream<DemoNode> running() {
        return Stream.of(nodes).filter(node -> node != null);
    }

    String host() {
        return host;
    }

    int loops() {
        return loops;
    }

    /** Returns the number of nodes, running or not. */
    int size() {
        return nodes.length;
    }

    /** Returns the number, HTTP port and state of each node. */
    synchronized JsonArray nodes() {
        JsonArray all = new JsonArray();
        for (int i = 0; i < nodes.length; i++) {
            DemoNode node = nodes[i];
            JsonObject one = new JsonObject();
            one.addProperty("number", i + 1);
            one.addProperty("http", ports.get(i).http());
            one.addProperty("running", node != null);
            one.addProperty(
                    "engine",
                    (node == null ? Engine.State.AWAY : node.engine()).name().toLowerCase(Locale.ROOT));
            all.add(one);
        }
        return all;
    }

    /** Returns the pages of all nodes, as origins. */
    synchronized Origins origins() {
        return Origins.of(ports.stream()
                .flatMap(node -> Stream.of("127.0.0.1", "localhost", "[::1]", bracketed(host))
                        .distinct()
                        .map(name -> "http://" + name + ":" + node.http()))
                .toArray(String[]::new));
    }

    /** Returns the nodes as sources of a Content-Security-Policy, each after a space. */
    synchronized String urls(String requestedHost) {
        return size() == 1 || !requestedHost.matches("[a-z0-9.-]+")
                ? ""
                : ports.stream()
                        .map(node -> " http://" + requestedHost + ":" + node.http())
                        .collect(Collectors.joining());
    }

    /** Reports whether the engine of each node answers. */
    public synchronized boolean isConnected() {
        return running().allMatch(node -> node.engine() == Engine.State.UP);
    }

    /**
     * Returns the addresses, for people.
     *
     * @param engine description of the Redis; empty if there is one node
     */
    public synchronized String banner(String engine) {
        Ports first = ports.get(0);
        String at = displayHost() + ":" + first.http();
        List<String> lines = new ArrayList<>();
        lines.add("");
        if (size() == 1) {
            lines.add("  page        http://" + at + "/");
        } else {
            for (int i = 0; i < size(); i++) {
                lines.add("  node " + (i + 1) + "      http://" + displayHost() + ":"
                        + ports.get(i).http() + "/");
            }
            lines.add("  Redis       " + engine);
        }
        lines.addAll(List.of(
                "  WebSocket   ws://" + at + "/wamp     WAMP v1 and v2; also /",
                "              tcp://" + at + "         WAMP v2 over RawSocket",
                "              ws://" + at + "/chat     chat",
                "              ws://" + at + "/echo     echo",
                "  telnet      " + displayHost() + ":" + first.telnet() + "               chat and new articles",
                "  events      GET http://" + at + "/events/TOPIC",
                "  push        POST http://" + at + "/push/TOPIC",
                "              tcp://127.0.0.1:" + first.tcp() + "         one JSON object per line",
                "              tcp://127.0.0.1:" + first.zmq() + "         ZeroMQ, for a PUSH socket",
                "  health      http://" + at + "/health",
                isLoopback(host) ? "" : "\n  POST pushes are accepted from this machine only\n",
                "Sprocket is ready: http://" + at + "/"));
        return String.join("\n", lines);
    }

    /** Returns an address that a browser on this machine can open. */
    private String displayHost() {
        return switch (host) {
            case "0.0.0.0" -> "127.0.0.1";
            case "::", "0:0:0:0:0:0:0:0" -> "[::1]";
            default -> bracketed(host);
        };
    }

    private static String bracketed(String host) {
        return host.contains(":") ? "[" + host + "]" : host;
    }

    private static boolean isLoopback(String host) {
        InetAddress address = new InetSocketAddress(host, 0).getAddress();
        return address != null && address.isLoopbackAddress();
    }

    public void join() throws InterruptedException {
        closed.await();
    }

    /** Stops all nodes at the same time. */
    public void close(Duration deadline) {
        List<DemoNode> left;
        synchronized (this) {
            closing = true;
            left = running().toList();
        }
        left.parallelStream().forEach(node -> node.close(deadline));
        closed.countDown();
    }
}
