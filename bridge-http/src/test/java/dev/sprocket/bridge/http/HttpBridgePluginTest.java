package dev.sprocket.bridge.http;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import com.google.inject.Injector;
import com.typesafe.config.ConfigOriginFactory;
import dev.sprocket.core.Connection;
import dev.sprocket.core.Message;
import dev.sprocket.core.MessageComponent;
import dev.sprocket.core.io.Endpoint;
import dev.sprocket.core.io.EventLoops;
import dev.sprocket.http.HttpConnection;
import dev.sprocket.plugin.BridgeFactory;
import dev.sprocket.plugin.ComponentFactory;
import dev.sprocket.plugin.LayerFactory;
import dev.sprocket.plugin.config.ConfigErrors;
import dev.sprocket.plugin.internal.registry.FactoryRegistry;
import dev.sprocket.plugin.internal.registry.Plugins;
import dev.sprocket.pubsub.Subscriber;
import dev.sprocket.pubsub.Topics;
import dev.sprocket.pubsub.push.Publisher;
import dev.sprocket.testkit.HttpPeer;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
@Tag("slow")
final class HttpBridgePluginTest {
    private final BlockingQueue<String> received = new LinkedBlockingQueue<>();
    private final MessageComponent<Connection, Message> target = (from, message) -> received.add(message.text());
    private final Topics topics = new Topics();
    private final Injector injector = Plugins.discover().injector(binder -> {
        binder.bind(EventLoops.class).toInstance(EventLoops.single());
        binder.bind(Topics.class).toInstance(topics);
    });
    private final Map<String, ComponentFactory> routes = new HashMap<>();
    private final BridgeFactory factory =
            injector.getInstance(FactoryRegistry.class).bridge("http");

    @Test
    void plugin_is_on_the_class_path() {
        assertThat(Plugins.discover().all())
                .extracting(found -> found.plugin().name())
                .containsExactly("bridge-http");
    }

    @Test
    void listens_on_loopback_by_default() {
        assertThat(factory.options())
                .extracting(option -> option + " = " + option.defaultText())
                .contains("host = \"127.0.0.1\"", "port = 5557");
        assertThatIllegalStateException()
                .isThrownBy(() -> factory.create(factory.settings("host = 0.0.0.0"), target))
                .withMessageContaining("0.0.0.0");
    }

    @Test
    void created_bridge_applies_options_and_publishes() throws Exception {
        topics.topic("t").subscribe(Subscriber.of("s", Runnable::run, (on, event) -> received.add(event.json())));
        String options = "port = 0, path = /in, topic-field = kind";
        try (Endpoint bridge = factory.create(factory.settings(options), new Publisher(topics))) {
            bridge.start();
            InetSocketAddress address = (InetSocketAddress) bridge.address();
            String body = "{\"kind\":\"t\"}";
            String response;
            try (Socket socket = new Socket(address.getAddress(), address.getPort())) {
                socket.setSoTimeout(20_000);
                socket.getOutputStream()
                        .write(("POST /in HTTP/1.1\r\n"
                                        + "Host: localhost\r\n"
                                        + "Connection: close\r\n"
                                        + "Content-Type: application/json\r\n"
                                        + "Content-Length:"
                                        + " " + body.length() + "\r\n\r\n" + body)
                                .getBytes(UTF_8));
                response = new String(socket.getInputStream().readAllBytes(), UTF_8);
            }

            assertThat(response).startsWith("HTTP/1.1 200 ").endsWith("{\"topic\":\"t\",\"subscribers\":1}\n");
            assertThat(received.poll(20, SECONDS)).isEqualTo(body);
        }
    }

    /** Creates the route of a configuration, also after a reload. */
    private MessageComponent<? super HttpConnection, ? super Message> route(String options) {
        FactoryRegistry parts = injector.getInstance(FactoryRegistry.class);
        ComponentFactory push = routes.computeIfAbsent(
                "push", name -> parts.component(name, ConfigOriginFactory.newSimple("test"), new ConfigErrors())
                        .orElseThrow());
        return LayerFactory.messages(push.create(push.settings(options), "/push"));
    }

    @Test
    void anonymous_bridge_rejects_non_loopback_host_header() throws Exception {
        try (Endpoint bridge =
                factory.create(factory.settings("port = 0, topics-path = /topics"), new Publisher(topics))) {
            bridge.start();
            InetSocketAddress address = (InetSocketAddress) bridge.address();
            for (String request : new String[] {"POST /push/t", "GET /topics", "GET /push/openapi.json"}) {
                try (Socket socket = new Socket(address.getAddress(), address.getPort())) {
                    socket.getOutputStream()
                            .write((request + " HTTP/1.1\r\nHost: evil.example\r\nConnection: close\r\n"
                                            + "Content-Type: application/json\r\nContent-Length: 1\r\n\r\n1")
                                    .getBytes(UTF_8));
                    assertThat(new String(socket.getInputStream().readAllBytes(), UTF_8))
                            .as(request)
                            .startsWith("HTTP/1.1 403 ");
                }
            }
        }
        assertThat(topics.published()).isZero();
    }

    @Test
    void idempotency_keys_survive_reload() throws Exception {
        topics.topic("t").subscribe(Subscriber.of("s", Runnable::run, (on, event) -> received.add(event.json())));
        String json = "Content-Type: application/json";
        List<String> responses = new ArrayList<>();
        for (int i = 0; i < 2; i++) {
            responses.add(HttpPeer.to(route("allow-anonymous = on"))
                    .send("POST", "/push/t", "1", json, "Idempotency-Key: k")
                    .body());
        }
        assertThat(responses).allMatch(responses.get(0)::equals);
        assertThat(received).hasSize(1);

        String time = String.valueOf(System.currentTimeMillis() / 1000);
        Mac mac = Mac.getInstance("HmacSHA256");
        mac.init(new SecretKeySpec("key".getBytes(UTF_8), "HmacSHA256"));
        String signature = "Sprocket-Signature: t=" + time + ",v1="
                + HexFormat.of().formatHex(mac.doFinal((time + ".POST /push/t\n2").getBytes(UTF_8)));
        List<Integer> statuses = new ArrayList<>();
        for (int i = 0; i < 2; i++) {
            statuses.add(HttpPeer.to(route("signing-keys = [{ key = key }]"))
                    .send("POST", "/push/t", "2", json, signature)
                    .status());
        }
        assertThat(statuses).containsExactly(200, 401);
        assertThat(received).hasSize(2);
    }
}
