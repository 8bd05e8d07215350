package dev.sprocket.checks.memory;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sprocket.checks.memory.ObjectSizes.Count;
import dev.sprocket.core.ConcurrentComponent;
import dev.sprocket.core.EchoServer;
import dev.sprocket.core.Message;
import dev.sprocket.core.MessageComponent;
import dev.sprocket.core.io.EventLoops;
import dev.sprocket.core.io.IoServer;
import dev.sprocket.core.tls.Tls;
import dev.sprocket.http.HttpConnection;
import dev.sprocket.http.HttpServer;
import dev.sprocket.http.route.Router;
import dev.sprocket.leaktest.SelfSignedCertificate;
import dev.sprocket.pubsub.Topics;
import dev.sprocket.sse.SseSubscriber;
import dev.sprocket.wamp.WampComponent;
import dev.sprocket.wamp.rawsocket.RawSocket;
import dev.sprocket.wamp.server.WampServer;
import dev.sprocket.websocket.WsServer;
import io.netty.channel.EventLoop;
import io.netty.channel.epoll.Epoll;
import io.netty.handler.ssl.OpenSsl;
import io.netty.util.ResourceLeakDetector;
import java.io.IOException;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Heap of an idle connection, by class.
 *
 * <p>Opens connections to a server with one epoll loop, and compares the objects that one of them adds to the server
 * with the table of {@code docs/idle-memory.md}.
 */
@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
@Timeout(180)
@Tag("slow")
class IdleMemoryTest {
    private static final Path PAGE = Path.of("../docs/idle-memory.md");
    private static final int PAGE_JDK = 17;
    /** Connections that are opened first, so that shared objects exist and tables have their size. */
    private static final int WARM_UP = 40;

    private static final int MEASURED = 5;
    /** Classes of handshakes, which end with them. */
    private static final Set<String> HANDSHAKES = Set.of("ConnectionInitializer", "V2Handshake");

    private static final String TICK = "io.netty.util.concurrent.ScheduledFutureTask";

    @TempDir
    static Path folder;

    private static SelfSignedCertificate certificate;
    private static ResourceLeakDetector.Level level;

    /** Accepts subscriptions to all topics. */
    @ConcurrentComponent
    private static final class OpenTopics implements WampComponent {}

    private interface Opener {
        IdleClient open(int port) throws Exception;
    }

    @BeforeAll
    static void createCertificate() throws Exception {
        Assumptions.assumeTrue(Epoll.isAvailable(), "epoll");
        Assumptions.assumeTrue(OpenSsl.isAvailable(), "OpenSSL");
        certificate = SelfSignedCertificate.create(folder);
        level = ResourceLeakDetector.getLevel();
        // its records would be part of the connections
        ResourceLeakDetector.setLevel(ResourceLeakDetector.Level.DISABLED);
    }

    @AfterAll
    static void restoreLeakDetection() {
        ResourceLeakDetector.setLevel(level);
    }

    @Test
    void an_idle_connection_does_not_grow() throws Exception {
        Map<String, Map<String, Count>> found = new LinkedHashMap<>();
        found.put("TCP", measure(IoServer.builder(new EchoServer()), port -> echo(plain(port))));
        found.put("TLS, JDK", measure(tls(Tls.Provider.JDK), port -> echo(encrypted(port))));
        found.put("TLS, OpenSSL", measure(tls(Tls.Provider.OPENSSL), port -> echo(encrypted(port))));
        found.put("WebSocket", measure(http(new WsServer(new EchoServer())), IdleMemoryTest::webSocket));
        found.put("WAMP v1", measure(http(new WsServer(wamp())), IdleMemoryTest::wamp1));
        found.put("WAMP v2", measure(http(new WsServer(wamp())), IdleMemoryTest::wamp2));
        found.put("RawSocket", measure(IoServer.builder(new RawSocket(wamp().overRawSocket())), IdleMemoryTest::raw));
        Router router = new Router().route("GET", "/events/{topic}", new SseSubscriber(new Topics()));
        found.put("SSE", measure(http(router), IdleMemoryTest::events));
        String page = IdleMemoryPage.of(found);
        Files.writeString(Path.of("target/idle-memory.md"), page);
        assertThat(comparable(Files.readString(PAGE)))
                .as("outdated table; if the change is wanted: cp checks/target/idle-memory.md docs/")
                .isEqualTo(comparable(page));
    }

    /** Returns the rows to compare, which depend on the JDK. */
    private static String comparable(String page) {
        return Runtime.version().feature() == PAGE_JDK
                ? page
                : page.lines()
                        .filter(line ->
                                line.startsWith("| dev.sprocket.") || line.startsWith("| total of dev.sprocket"))
                        .collect(Collectors.joining("\n"));
    }

    private static IoServer.Builder http(MessageComponent<? super HttpConnection, ? super Message> app) {
        return IoServer.builder(new HttpServer(app));
    }

    private static IoServer.Builder tls(Tls.Provider provider) throws IOException {
        return IoServer.builder(new EchoServer())
                .tls(Tls.builder()
                        .keyStore(certificate.store(), SelfSignedCertificate.PASSWORD)
                        .provider(provider)
                        .build());
    }

    private static WampServer wamp() {
        return new WampServer(new OpenTopics());
    }

    private static IdleClient plain(int port) throws IOException {
        return new IdleClient(new Socket("127.0.0.1", port));
    }

    private static IdleClient encrypted(int port) throws Exception {
        return new IdleClient(certificate.clientContext().getSocketFactory().createSocket("127.0.0.1", port));
    }

    private static IdleClient echo(IdleClient client) throws IOException {
        return client.send("echo".getBytes(UTF_8)).await("echo");
    }

    private static IdleClient webSocket(int port) throws IOException {
        return plain(port).upgrade("").text("echo").await("echo");
    }

    private static IdleClient wamp1(int port) throws IOException {
        return plain(port)
                .upgrade("wamp")
                .await("[0,")
                .text("[5,\"http://example.com/topic\"]")
                // its answer comes after the subscription, which has none
                .ping("subscribed?")
                .await("subscribed?");
    }

    private static IdleClient wamp2(int port) throws IOException {
        return plain(port)
                .upgrade("wamp.2.json")
                .text("[1,\"realm1\",{\"roles\":{\"subscriber\":{}}}]")
                .await("[2,")
                .text("[32,1,{},\"com.example.topic\"]")
                .await("[33,");
    }

    private static IdleClient raw(int port) throws IOException {
        return rawMessage(
                        rawMessage(
                                        plain(port).send((byte) 0x7F, (byte) 0xF1, (byte) 0, (byte) 0),
                                        "[1,\"realm1\",{\"roles\":{\"subscriber\":{}}}]")
                                .await("[2,"),
                        "[32,1,{},\"com.example.topic\"]")
                .await("[33,");
    }

    private static IdleClient rawMessage(IdleClient client, String message) throws IOException {
        return client.send((byte) 0, (byte) 0, (byte) 0, (byte) message.length())
                .send(message.getBytes(UTF_8));
    }

    private static IdleClient events(int port) throws IOException {
        return plain(port).get("/events/topic", "Accept: text/event-stream\r\n").await("\r\n\r\n");
    }

    private static Map<String, Count> measure(IoServer.Builder builder, Opener opener) throws Exception {
        Class<?> jdkEngine = Class.forName("sun.security.ssl.SSLEngineImpl");
        List<IdleClient> clients = new ArrayList<>();
        List<Map<String, Count>> added = new ArrayList<>();
        try (IoServer server =
                builder.bind("127.0.0.1", 0).loops(EventLoops.single()).build()) {
            server.start();
            while (clients.size() < WARM_UP) {
                clients.add(opener.open(server.port()));
            }
            EventLoop loop = ObjectGraph.from(server, Void.class).find(EventLoop.class);
            while (added.size() < MEASURED) {
                ObjectGraph before = graph(loop, server, Void.class);
                clients.add(opener.open(server.port()));
                List<Object> all = graph(loop, server, Void.class).without(before);
                while (all.stream().anyMatch(IdleMemoryTest::belongsToHandshake)) {
                    // its timer drops it at its next tick
                    TimeUnit.MILLISECONDS.sleep(50);
                    all = graph(loop, server, Void.class).without(before);
                }
                List<Object> own = graph(loop, server, jdkEngine).without(before);
                Map<String, Count> counts = ObjectSizes.byClass(own);
                // next tick of the loop's timer
                counts.computeIfPresent(TICK, (name, count) -> count.withoutOne());
                if (all.size() > own.size()) {
                    // depends on random numbers of the handshake, such as leading zeros of keys
                    counts.put(
                            IdleMemoryPage.ENGINE,
                            ObjectSizes.total(all).minus(ObjectSizes.total(own)).roundedUp(256));
                }
                added.add(counts);
            }
        } finally {
            for (IdleClient client : clients) {
                client.close();
            }
        }
        added.sort(Comparator.comparingLong(IdleMemoryPage::bytes));
        return added.get(MEASURED / 2);
    }

    private static boolean belongsToHandshake(Object object) {
        return HANDSHAKES.contains(object.getClass().getSimpleName());
    }

    /** Collects the objects on the event loop, which changes them. */
    private static ObjectGraph graph(EventLoop loop, IoServer server, Class<?> without) throws Exception {
        return loop.submit(() -> ObjectGraph.from(server, without)).get(60, TimeUnit.SECONDS);
    }
}
