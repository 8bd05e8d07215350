package dev.sprocket.checks.program;

import static dev.sprocket.config.stack.Layers.http;
import static dev.sprocket.config.stack.Layers.lines;
import static dev.sprocket.config.stack.Layers.ws;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.inject.Guice;
import com.google.inject.Inject;
import com.google.inject.Injector;
import dev.sprocket.config.ConfiguredServer;
import dev.sprocket.config.stack.Layers;
import dev.sprocket.config.stack.Stack;
import dev.sprocket.core.EchoServer;
import dev.sprocket.core.io.Endpoint;
import dev.sprocket.core.io.Endpoints;
import dev.sprocket.core.io.EventLoops;
import dev.sprocket.core.io.IoServer;
import dev.sprocket.core.text.Lines;
import dev.sprocket.http.HttpServer;
import dev.sprocket.http.origin.OriginFilter;
import dev.sprocket.http.origin.Origins;
import dev.sprocket.http.route.Router;
import dev.sprocket.leaktest.WebSocketClient;
import dev.sprocket.pubsub.Audience;
import dev.sprocket.pubsub.Event;
import dev.sprocket.pubsub.Topic;
import dev.sprocket.pubsub.Topics;
import dev.sprocket.server.internal.demo.ChatRoom;
import dev.sprocket.sse.SseSubscriber;
import dev.sprocket.wamp.Call;
import dev.sprocket.wamp.WampComponent;
import dev.sprocket.wamp.WampConnection;
import dev.sprocket.wamp.server.WampServer;
import dev.sprocket.websocket.WsServer;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketAddress;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The stack of the demo, assembled by constructors, by Guice and by a configuration file. */
@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
@Tag("slow")
class AssemblyStylesTest {
    private enum Style {
        NESTED,
        GUICE,
        CONFIGURED
    }

    /** Broadcasts every published event. */
    static final class Open implements WampComponent {
        @Override
        public void onPublish(WampConnection conn, Topic topic, Event event, Audience audience) {
            topic.broadcast(event, audience);
        }

        @Override
        public void onCall(WampConnection conn, Call call) throws Exception {
            WampComponent.super.onCall(conn, call);
        }
    }

    /** Router that Guice creates. */
    static final class Routes {
        final Router router;

        @Inject
        Routes(Topics topics, Open open) {
            router = routes(
                    topics,
                    new OriginFilter(
                            Origins.sameHost().allowMissing(),
                            new WsServer(Layers.wamp(topics).around(open))));
        }
    }

    @TempDir
    Path folder;

    private static Router routes(Topics topics, OriginFilter wamp) {
        return new Router()
                .upgrade("/wamp", wamp)
                .upgrade("/echo", new WsServer(new EchoServer()))
                .route("GET", "/events/{topic}", new SseSubscriber(topics));
    }

    private record Server(Endpoint endpoint, SocketAddress web, SocketAddress telnet) {}

    private Server start(Style style) throws IOException {
        Topics topics = new Topics();
        switch (style) {
            case NESTED -> {
                OriginFilter wamp = new OriginFilter(
                        Origins.sameHost().allowMissing(), new WsServer(new WampServer(new Open(), topics)));
                return started(List.of(
                        new IoServer(0, new HttpServer(routes(topics, wamp))),
                        new IoServer(0, new Lines(new ChatRoom()))));
            }
            case GUICE -> {
                Injector parent = Guice.createInjector(binder -> {
                    binder.bind(Topics.class).toInstance(topics);
                    binder.bind(EventLoops.class).toInstance(EventLoops.perCore());
                });
                Routes routes = parent.getInstance(Routes.class);
                Injector injector = parent.createChildInjector(Stack.module(
                        Stack.io(0).through(http()).to(routes.router),
                        Stack.io(0).through(lines()).to(ChatRoom.class)));
                return started(injector.getInstance(Endpoints.class).all());
            }
            default -> {
                Path file = Files.writeString(
                        folder.resolve("site.conf"),
                        """
                        topics { "*" { subscribe = anyone, publish = anyone } }
                        procedures { "*" { call = anyone } }
                        listeners.web {
                          address = "127.0.0.1:0"
                          routes = [
                            { path = /wamp, layers = [{ origin-check { without-origin = allow } }, ws, wamp]
                              component = pubsub }
                            { path = /echo, layers = [ws], component = echo }
                            { path = /events, component = events }
                          ]
                        }
                        listeners.telnet { address = "127.0.0.1:0", layers = [lines], component = chat }
                        """);
                ConfiguredServer server = ConfiguredServer.of(file);
                server.start();
                return new Server(server, server.address("web"), server.address("telnet"));
            }
        }
    }

    private static Server started(List<Endpoint> endpoints) throws IOException {
        Endpoints all = new Endpoints(endpoints);
        all.start();
        return new Server(all, endpoints.get(0).address(), endpoints.get(1).address());
    }

    private static int port(SocketAddress address) {
        return ((InetSocketAddress) address).getPort();
    }

    private static String firstLine(SocketAddress address, String request) throws IOException {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port(address))) {
            socket.setSoTimeout(20_000);
            socket.getOutputStream().write(request.getBytes(UTF_8));
            return new BufferedReader(new InputStreamReader(socket.getInputStream(), UTF_8)).readLine();
        }
    }

    @ParameterizedTest
    @EnumSource
    void every_assembly_style_behaves_alike(Style style) throws Exception {
        Server server = start(style);
        try (Endpoint closing = server.endpoint()) {
            URI base = URI.create("ws://127.0.0.1:" + port(server.web()) + "/");

            assertThat(WebSocketClient.open(base.resolve("echo")).send("hello").receive())
                    .isEqualTo("hello");

            WebSocketClient reader = WebSocketClient.wamp(base.resolve("wamp"));
            reader.send("[5,\"news\"]").send("[2,\"1\",\"no such\"]");
            assertThat(reader.receive()).startsWith("[4,\"1\",\"wamp.error.no_such_procedure\"");
            WebSocketClient.wamp(base.resolve("wamp")).send("[7,\"news\",{\"n\":1}]");
            assertThat(reader.receive()).isEqualTo("[8,\"news\",{\"n\":1}]");

            assertThat(firstLine(server.web(), "GET /events/news HTTP/1.1\r\nHost: localhost\r\n\r\n"))
                    .endsWith("200 OK");
            assertThat(firstLine(server.web(), "GET /wamp HTTP/1.1\r\nHost: localhost\r\n\r\n"))
                    .endsWith("426 Upgrade Required");
            assertThat(firstLine(server.web(), "GET /none HTTP/1.1\r\nHost: localhost\r\n\r\n"))
                    .endsWith("404 Not Found");
            assertThat(firstLine(
                            server.web(),
                            "GET /wamp HTTP/1.1\r\nHost: h\r\nOrigin: http://evil.example\r\nUpgrade: websocket\r\n"
                                    + "Connection: Upgrade\r\nSec-WebSocket-Version: 13\r\n"
                                    + "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n"))
                    .endsWith("403 Forbidden");
            try (Socket first = new Socket(InetAddress.getLoopbackAddress(), port(server.telnet()));
                    Socket second = new Socket(InetAddress.getLoopbackAddress(), port(server.telnet()))) {
                second.setSoTimeout(20_000);
                BufferedReader lines = new BufferedReader(new InputStreamReader(second.getInputStream(), UTF_8));
                // repeated until the other client has joined the room
                first.getOutputStream().write("hi\n".getBytes(UTF_8));
                while (!lines.ready()) {
                    first.getOutputStream().write("hi\n".getBytes(UTF_8));
                }
                assertThat(lines.readLine()).isEqualTo("hi");
            }
        }
    }

    @Test
    void guice_stack_is_printed_as_tree() {
        assertThat(Stack.io(8080)
                        .through(http())
                        .through(ws())
                        .through(Layers.wamp())
                        .to(Open.class)
                        .toString())
                .isEqualTo(
                        """
                        io 127.0.0.1:8080
                        └─ http
                           └─ ws
                              └─ WampLayer
                                 └─ Open""");
        assertThat(Layers.wamp(new Topics())).hasToString("wamp");
    }
}
