package dev.sprocket.faultlab.host;

import java.io.IOException;
import java.net.HttpURLConnection;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A node: {@code sprocket serve} with the class path of the lab. Not thread-safe. */
public final class Node implements AutoCloseable {
    /** Token of pushes, and secret of the bridge. */
    public static final String TOKEN = "token-of-the-fault-lab";

    private static final String FAKE_TIME = "/usr/lib/x86_64-linux-gnu/faketime/libfaketimeMT.so.1";

    private final String name;
    private final Network network;
    private final Path folder;
    private final String address;
    private final int port;
    private final int tcpPort;
    private final String engine;
    private @Nullable Child process;
    private Map<String, String> environment = Map.of();
    private @Nullable String classPath;

    /**
     * Creates a node that does not run yet.
     *
     * @param engine value of the key {@code engine} of its file
     */
    public Node(String name, Network network, Path folder, String engine) {
        this.name = name;
        this.network = network;
        this.folder = folder;
        this.address = network.address(name);
        this.port = network.port(8080);
        this.tcpPort = network.port(5556);
        this.engine = engine;
    }

    public String name() {
        return name;
    }

    /** Returns the URL of a path. */
    public URI http(String path) {
        return URI.create("http://" + address + ":" + port + path);
    }

    /** Returns the URL for WebSocket clients. */
    public URI webSocket(String path) {
        return URI.create("ws://" + address + ":" + port + path);
    }

    public String address() {
        return address;
    }

    public int tcpPort() {
        return tcpPort;
    }

    /** Returns true if the clock of a process can be another one. */
    public static boolean hasFakeClock() {
        return Files.exists(Path.of(FAKE_TIME));
    }

    /** Sets the clock forward for the next start, in hours. */
    public void clockAhead(int hours) {
        environment = hours == 0
                ? Map.of()
                : Map.of(
                        "LD_PRELOAD",
                        FAKE_TIME,
                        "FAKETIME",
                        "+" + hours + "h",
                        "DONT_FAKE_MONOTONIC",
                        "1",
                        "FAKETIME_DONT_FAKE_MONOTONIC",
                        "1");
    }

    /** Sets the class path for the next start; null for that of the lab. */
    public void classPath(@Nullable String path) {
        classPath = path;
    }

    /** Starts the process. It is usable when {@link #status} answers 200. */
    public void start() throws IOException {
        Files.createDirectories(folder);
        Path file = folder.resolve(name + ".conf");
        Files.writeString(file, configuration());
        List<String> command = new ArrayList<>(network.on(name));
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(List.of("-Xmx160m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-Xshare:auto"));
        command.addAll(List.of("-cp", classPath == null ? ownClassPath() : classPath));
        command.addAll(List.of("dev.sprocket.server.Main", "serve", "-c", file.toString()));
        process = Child.start(name, folder.resolve(name + ".log"), environment, command);
    }

    /** Returns the class path of this program, also within Surefire. */
    public static String ownClassPath() {
        return System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"));
    }

    private String configuration() {
        return """
                node-name = %s
                engine = %s
                topics {
                  "*"     { subscribe = anyone, publish = [anyone, backend] }
                  "log.*" { subscribe = anyone, publish = [anyone, backend], history { size = 10000, ttl = 1h } }
                }
                listeners.web {
                  address = "%s:%d"
                  layers = [http]
                  routes = [
                    { path = /ws, layers = [ws, wamp], component = pubsub }
                    { path = /feed, layers = [ws], component = fault-lab-feed }
                    { path = /events, component = { events { keep-alive-interval = 2s } } }
                    { path = /push, component = { push { tokens = [{ token = %s }] } } }
                    { path = /metrics, component = metrics }
                  ]
                }
                bridges.tcp { host = "%s", port = %d, acknowledge = on, secret = %s }
                """
                .formatted(name, engine, address, port, TOKEN, address, tcpPort, TOKEN);
    }

    /** Returns the status of a GET; 0 without an answer within 2 s. */
    public int status(String path) {
        try {
            HttpURLConnection connection =
                    (HttpURLConnection) http(path).toURL().openConnection();
            connection.setConnectTimeout(2000);
            connection.setReadTimeout(2000);
            int status = connection.getResponseCode();
            connection.disconnect();
            return status;
        } catch (IOException e) {
            return 0;
        }
    }

    /** Waits until a path is answered with 200. */
    public void await(String path) throws InterruptedException {
        for (int i = 0; i < 600; i++) {
            if (!process().isAlive()) {
                throw new IllegalStateException(name + " ended, see " + folder.resolve(name + ".log"));
            }
            if (status(path) == 200) {
                return;
            }
            Thread.sleep(100);
        }
        throw new IllegalStateException(name + " is not ready after 60 s");
    }

    /** Returns the process. */
    public Child process() {
        if (process == null) {
            throw new IllegalStateException(name + " does not run");
        }
        return process;
    }

    @Override
    public void close() {
        if (process != null) {
            process.close();
        }
    }

    @Override
    public String toString() {
        return name;
    }
}
