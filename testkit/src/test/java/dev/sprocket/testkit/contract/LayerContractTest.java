package dev.sprocket.testkit.contract;

import dev.sprocket.core.Connection;
import dev.sprocket.core.ForwardingComponent;
import dev.sprocket.core.Message;
import dev.sprocket.core.MessageComponent;
import dev.sprocket.core.PerConnection;
import dev.sprocket.core.User;
import dev.sprocket.core.internal.transport.PipelineContext;
import dev.sprocket.core.text.Lines;
import dev.sprocket.http.AsyncFilter;
import dev.sprocket.http.HttpResponse;
import dev.sprocket.http.HttpServer;
import dev.sprocket.http.auth.Authenticator;
import dev.sprocket.http.origin.Cors;
import dev.sprocket.http.origin.OriginFilter;
import dev.sprocket.http.origin.Origins;
import dev.sprocket.http.proxy.TrustedProxies;
import dev.sprocket.http.route.Router;
import dev.sprocket.pubsub.Audience;
import dev.sprocket.pubsub.Event;
import dev.sprocket.pubsub.Topic;
import dev.sprocket.testkit.Recorder;
import dev.sprocket.testkit.WsPeer;
import dev.sprocket.wamp.RawWampComponent;
import dev.sprocket.wamp.WampComponent;
import dev.sprocket.wamp.WampConnection;
import dev.sprocket.wamp.server.WampProtocol;
import dev.sprocket.wamp.server.WampServer;
import dev.sprocket.websocket.WsServer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Nested;

/** Layer contract of every layer, also with decorators. */
class LayerContractTest {
    private static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    @Nested
    class Lines_ extends LayerContract {
        @Override
        protected MessageComponent<? super Connection, ? super Message> stack(Recorder application) {
            return new Lines(application);
        }

        @Override
        protected byte[] message(String text) {
            return utf8(text + "\n");
        }
    }

    @Nested
    class Lines_with_per_connection_components extends Lines_ {
        @Override
        protected MessageComponent<? super Connection, ? super Message> stack(Recorder application) {
            return new Lines(new PerConnection<Connection, Message>(conn -> application));
        }
    }

    @Nested
    class Lines_inside_a_decorator extends Lines_ {
        @Override
        protected MessageComponent<? super Connection, ? super Message> stack(Recorder application) {
            return new ForwardingComponent<Connection, Message>(new Lines(application)) {};
        }
    }

    @Nested
    class WebSocket extends LayerContract {
        @Override
        protected MessageComponent<? super Connection, ? super Message> stack(Recorder application) {
            return new HttpServer(new WsServer(application));
        }

        @Override
        protected byte[] handshake() {
            return utf8(WsPeer.handshake("/chat"));
        }

        @Override
        protected byte[] message(String text) {
            return WsPeer.frame(true, 1, utf8(text));
        }
    }

    @Nested
    class WebSocket_behind_router_and_origin_filter extends WebSocket {
        @Override
        protected MessageComponent<? super Connection, ? super Message> stack(Recorder application) {
            return new HttpServer(new Router()
                    .upgrade("/chat", new OriginFilter(Origins.sameHost().allowMissing(), new WsServer(application))));
        }
    }

    @Nested
    class WebSocket_behind_an_authenticator extends WebSocket {
        @Override
        protected MessageComponent<? super Connection, ? super Message> stack(Recorder application) {
            return new HttpServer(Authenticator.custom(
                    request -> CompletableFuture.completedStage(Optional.of(User.named("ann"))),
                    Duration.ofSeconds(1),
                    new WsServer(application)));
        }
    }

    /** The check completes only after the whole packet has been read. */
    @Nested
    class WebSocket_behind_a_delayed_filter extends WebSocket {
        @Override
        protected MessageComponent<? super Connection, ? super Message> stack(Recorder application) {
            return new HttpServer(new AsyncFilter(
                    conn -> {
                        CompletableFuture<Optional<HttpResponse>> result = new CompletableFuture<>();
                        PipelineContext.of(conn).loop().execute(() -> result.complete(Optional.empty()));
                        return result;
                    },
                    new WsServer(application)));
        }
    }

    @Nested
    class WebSocket_behind_a_proxy_with_cors extends WebSocket {
        @Override
        protected MessageComponent<? super Connection, ? super Message> stack(Recorder application) {
            return new HttpServer(new TrustedProxies(
                    List.of("127.0.0.1"),
                    new Cors(
                            Origins.sameHost(),
                            new Router().host("localhost", new Router().upgrade("/chat", new WsServer(application))))));
        }
    }

    @Nested
    class WebSocket_in_fragments extends WebSocket {
        @Override
        protected byte[] message(String text) {
            byte[] first = WsPeer.frame(false, 1, utf8(text.substring(0, 1)));
            byte[] second = WsPeer.frame(true, 0, utf8(text.substring(1)));
            byte[] both = java.util.Arrays.copyOf(first, first.length + second.length);
            System.arraycopy(second, 0, both, first.length, second.length);
            return both;
        }
    }

    @Nested
    class Wamp extends LayerContract {
        @Override
        protected MessageComponent<? super Connection, ? super Message> stack(Recorder application) {
            return new HttpServer(new WsServer(new WampServer(new PublishesAsMessages(application))));
        }

        @Override
        protected byte[] handshake() {
            return utf8(WsPeer.handshake("/", "Sec-WebSocket-Protocol: wamp"));
        }

        @Override
        protected byte[] message(String text) {
            return WsPeer.frame(true, 1, utf8("[7,\"topic\",\"" + text + "\"]"));
        }
    }

    /** WAMP without topics. */
    @Nested
    class RawWamp extends Wamp {
        @Override
        protected MessageComponent<? super Connection, ? super Message> stack(Recorder application) {
            return new HttpServer(new WsServer(new WampProtocol(new EventsAsMessages(application))));
        }
    }

    /** Adapts a recorder to a raw WAMP component. */
    private record EventsAsMessages(Recorder recorder) implements RawWampComponent {
        @Override
        public void onOpen(WampConnection conn) {
            recorder.onOpen(conn);
        }

        @Override
        public void onPublish(WampConnection conn, String topic, Event event, Audience audience) {
            recorder.onMessage(conn, Message.text(event.as(String.class)));
        }

        @Override
        public void onError(WampConnection conn, Throwable cause) {
            recorder.onError(conn, cause);
        }

        @Override
        public void onClose(WampConnection conn) {
            recorder.onClose(conn);
        }
    }

    /** Adapts a recorder to a WAMP component. */
    private record PublishesAsMessages(Recorder recorder) implements WampComponent {
        @Override
        public void onOpen(WampConnection conn) {
            recorder.onOpen(conn);
        }

        @Override
        public void onPublish(WampConnection conn, Topic topic, Event event, Audience audience) {
            recorder.onMessage(conn, Message.text(event.as(String.class)));
        }

        @Override
        public void onError(WampConnection conn, Throwable cause) {
            recorder.onError(conn, cause);
        }

        @Override
        public void onClose(WampConnection conn) {
            recorder.onClose(conn);
        }
    }
}
