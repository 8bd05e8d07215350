package dev.sprocket.bridge.zmq;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.inject.Module;
import com.google.inject.multibindings.Multibinder;
import dev.sprocket.config.ConfiguredServer;
import dev.sprocket.core.Connection;
import dev.sprocket.core.Message;
import dev.sprocket.core.MessageComponent;
import dev.sprocket.core.io.Endpoint;
import dev.sprocket.leaktest.SpinWait;
import dev.sprocket.plugin.BridgeFactory;
import dev.sprocket.plugin.Factory;
import dev.sprocket.plugin.Plugin;
import dev.sprocket.plugin.ServiceFactory;
import dev.sprocket.plugin.config.Settings;
import dev.sprocket.session.internal.client.ClientThreads;
import dev.sprocket.session.internal.client.WatchedClient;
import dev.sprocket.session.spi.SessionStore;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.URL;
import java.net.URLClassLoader;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.SynchronousQueue;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.zeromq.SocketType;
import org.zeromq.ZContext;
import org.zeromq.ZMQ;
import zmq.Msg;

/** Responses of {@code /ready} while a bridge or a session store recovers. */
@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
class ReadinessTest {
    private static final BlockingQueue<String> RECEIVED = new LinkedBlockingQueue<>();
    private static final BlockingQueue<Runnable> REOPENING = new LinkedBlockingQueue<>();
    private static final BlockingQueue<ClientThreads> STORES = new LinkedBlockingQueue<>();
    private static final SynchronousQueue<String> CLIENTS = new SynchronousQueue<>();

    /** Provides a ZeroMQ bridge and a session store whose threads a test can end. */
    public static final class Fragile implements Plugin {
        @Override
        public String name() {
            return "fragile";
        }

        @Override
        public Module module() {
            return binder -> {
                Multibinder.newSetBinder(binder, BridgeFactory.class)
                        .addBinding()
                        .toInstance(new Bridge());
                ServiceFactory.services(binder)
                        .addBinding()
                        .toInstance(Factory.named("fragile-store", "Session store whose client can be ended")
                                .service(SessionStore.class, settings -> new Store()));
            };
        }
    }

    private static final class Bridge implements BridgeFactory {
        @Override
        public String name() {
            return "fragile-zmq";
        }

        @Override
        public String summary() {
            return "ZeroMQ bridge whose I/O thread can be ended";
        }

        @Override
        public Endpoint create(Settings settings, MessageComponent<? super Connection, ? super Message> target) {
            return bridge();
        }
    }

    private static ZmqBridge bridge() {
        ZmqBridge.Builder builder = ZmqBridge.pull((from, message) -> RECEIVED.add(message.text()));
        builder.frameMemory = size -> {
            if (size == 6) {
                throw new OutOfMemoryError("simulated");
            }
            return new Msg(size);
        };
        builder.reopenThreads = task -> new Thread(() -> REOPENING.add(task));
        return builder.build();
    }

    private static final class Store implements SessionStore {
        private final WatchedClient<String> client = new WatchedClient<>("fragile", Store::open, closed -> {});

        private static String open(ClientThreads threads) {
            STORES.add(threads);
            if (STORES.size() == 1) {
                return "first";
            }
            try {
                return CLIENTS.take();
            } catch (InterruptedException e) {
                throw new IllegalStateException(e);
            }
        }

        @Override
        public CompletionStage<Optional<byte[]>> load(String id) {
            return CompletableFuture.completedStage(Optional.of(client.get().getBytes(UTF_8)));
        }

        @Override
        public boolean isHealthy() {
            return client.isHealthy();
        }

        @Override
        public void close() {
            client.close();
        }
    }

    @TempDir
    Path folder;

    private final HttpClient http = HttpClient.newHttpClient();
    private final ClassLoader before = Thread.currentThread().getContextClassLoader();
    private ConfiguredServer server;

    @BeforeEach
    void start() throws Exception {
        RECEIVED.clear();
        REOPENING.clear();
        STORES.clear();
        Path services = Files.createDirectories(folder.resolve("META-INF/services"));
        Files.writeString(services.resolve(Plugin.class.getName()), Fragile.class.getName());
        Thread.currentThread()
                .setContextClassLoader(
                        new URLClassLoader(new URL[] {folder.toUri().toURL()}, before));
        server = ConfiguredServer.of(
                Files.writeString(
                        folder.resolve("site.conf"),
                        """
                listeners.web {
                  address = "127.0.0.1:0"
                  routes = [{ path = /, layers = [{ session { store = fragile-store } }, ws], component = echo }]
                }
                bridges.push { type = fragile-zmq }
                """));
        server.start();
    }

    @AfterEach
    void stop() {
        server.close();
        Thread.currentThread().setContextClassLoader(before);
    }

    private HttpResponse<String> ready() throws IOException, InterruptedException {
        int port = ((InetSocketAddress) server.address("web")).getPort();
        return http.send(
                HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + "/ready"))
                        .build(),
                BodyHandlers.ofString());
    }

    private void awaitReady() throws IOException, InterruptedException {
        while (ready().statusCode() != 200) {
            SpinWait.once();
        }
        assertThat(ready().body()).isEqualTo("{\"status\":\"ready\"}\n");
    }

    @Test
    void not_ready_while_the_zeromq_bridge_is_reopened() throws Exception {
        assertThat(ready().statusCode()).isEqualTo(200);
        try (ZContext context = new ZContext();
                ZMQ.Socket client = context.createSocket(SocketType.PUSH)) {
            client.setLinger(0);
            client.setHandshakeIvl(500);
            client.connect("tcp://127.0.0.1:" + ((InetSocketAddress) server.address("push")).getPort());
            client.send("poison");
            Runnable reopening = REOPENING.poll(120, SECONDS);
            assertThat(reopening).isNotNull();
            assertThat(ready().statusCode()).isEqualTo(503);
            assertThat(ready().body()).isEqualTo("{\"status\":\"failing\",\"failing\":[\"bridge push\"]}\n");
            reopening.run();
            awaitReady();
            client.send("recovered");
            assertThat(RECEIVED.poll(120, SECONDS)).isEqualTo("recovered");
        }
    }

    @Test
    void not_ready_while_a_session_store_is_reopened() throws Exception {
        assertThat(ready().statusCode()).isEqualTo(200);
        STORES.element().factory("fragile").newThread(() -> {}).start();
        while (ready().statusCode() == 200) {
            SpinWait.once();
        }
        assertThat(ready().statusCode()).isEqualTo(503);
        assertThat(ready().body()).isEqualTo("{\"status\":\"failing\",\"failing\":[\"service fragile-store\"]}\n");
        CLIENTS.put("second");
        awaitReady();
    }
}
