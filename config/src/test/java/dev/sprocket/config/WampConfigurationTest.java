package dev.sprocket.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sprocket.pubsub.Event;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Realms, rules and RawSocket from a file. */
@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
class WampConfigurationTest {
    private static final String CONFIGURATION =
            """
            default-access { subscribe = anyone, publish = anyone, call = anyone, register = anyone }
            topics { "com.secret*" { subscribe = nobody }, "com.kept" { history { size = 1 } } }
            procedures { "com.read" { register = nobody } }
            listeners.web {
              address = "127.0.0.1:0"
              layers = [rawsocket, http]
              routes = [{
                path = /ws
                layers = [ws, { wamp {} }]
                component = pubsub
              }, {
                path = /other
                layers = [ws, { wamp {
                  realm = com.example.other, private-topics = true
                  default-access { subscribe = anyone, call = anyone }
                } }]
                component = pubsub
              }]
            }
            listeners.raw { address = "127.0.0.1:0", component = rawsocket }
            """;

    @TempDir
    private Path folder;

    /** RawSocket client with JSON. */
    private static final class Raw implements AutoCloseable {
        private final Socket socket;
        private final DataInputStream in;
        private final DataOutputStream out;

        Raw(InetSocketAddress address, String realm) throws IOException {
            socket = new Socket(address.getAddress(), address.getPort());
            socket.setSoTimeout(10_000);
            in = new DataInputStream(socket.getInputStream());
            out = new DataOutputStream(socket.getOutputStream());
            out.writeInt(0x7FF10000);
            assertThat(in.readInt()).isEqualTo(0x7FB10000);
            send("[1,\"" + realm + "\",{\"roles\":{\"caller\":{},\"subscriber\":{}}}]");
            assertThat(receive()).startsWith("[2,");
        }

        void send(String json) throws IOException {
            byte[] bytes = json.getBytes(StandardCharsets.UTF_8);
            out.writeInt(bytes.length);
            out.write(bytes);
        }

        String receive() throws IOException {
            return new String(in.readNBytes(in.readInt()), StandardCharsets.UTF_8);
        }

        @Override
        public void close() throws IOException {
            socket.close();
        }
    }

    private static final class Listening implements WebSocket.Listener {
        final BlockingQueue<String> received = new LinkedBlockingQueue<>();

        @Override
        public @Nullable CompletionStage<?> onText(WebSocket ws, CharSequence text, boolean last) {
            received.add(text.toString());
            ws.request(1);
            return null;
        }

        String next() throws InterruptedException {
            return String.valueOf(received.poll(10, TimeUnit.SECONDS));
        }
    }

    private ConfiguredServer server() throws IOException {
        Path file = folder.resolve("site.conf");
        Files.writeString(file, CONFIGURATION);
        ConfiguredServer server = ConfiguredServer.of(file);
        server.start();
        return server;
    }

    @Test
    void websocket_and_rawsocket_clients_share_a_realm() throws Exception {
        try (ConfiguredServer server = server();
                Raw samePort = new Raw((InetSocketAddress) server.address("web"), "realm1");
                Raw ownPort = new Raw((InetSocketAddress) server.address("raw"), "realm1")) {
            Listening page = new Listening();
            int port = ((InetSocketAddress) server.address("web")).getPort();
            WebSocket ws = HttpClient.newHttpClient()
                    .newWebSocketBuilder()
                    .subprotocols("wamp.2.json")
                    .buildAsync(URI.create("ws://127.0.0.1:" + port + "/ws"), page)
                    .get(10, TimeUnit.SECONDS);
            ws.sendText("[1,\"realm1\",{\"roles\":{\"callee\":{}}}]", true).join();
            assertThat(page.next()).startsWith("[2,");
            ws.sendText("[64,1,{},\"com.page\"]", true).join();
            assertThat(page.next()).isEqualTo("[65,1,1]");

            samePort.send("[48,1,{},\"com.page\",[1]]");
            assertThat(page.next()).isEqualTo("[68,1,1,{},[1]]");
            ws.sendText("[70,1,{},[2]]", true).join();
            assertThat(samePort.receive()).isEqualTo("[50,1,{},[2]]");

            ownPort.send("[32,1,{},\"com.news\"]");
            assertThat(ownPort.receive()).isEqualTo("[33,1,1]");
            server.topics().topic("com.news").broadcast(Event.of("pushed"));
            assertThat(ownPort.receive()).startsWith("[36,1,").endsWith(",{},[\"pushed\"]]");
            ws.abort();
        }
    }

    @Test
    void rules_apply_to_topics_and_patterns() throws Exception {
        try (ConfiguredServer server = server();
                Raw client = new Raw((InetSocketAddress) server.address("raw"), "realm1")) {
            client.send("[32,1,{},\"com.secret.x\"]");
            assertThat(client.receive()).contains("wamp.error.not_authorized");
            client.send("[32,2,{\"match\":\"prefix\"},\"com.\"]");
            assertThat(client.receive()).contains("wamp.error.not_authorized");
            client.send("[32,3,{\"match\":\"prefix\"},\"com.news\"]");
            assertThat(client.receive()).isEqualTo("[33,3,1]");
            client.send("[64,4,{},\"com.read\"]");
            assertThat(client.receive()).contains("wamp.error.not_authorized");
            client.send("[64,5,{},\"com.write\"]");
            assertThat(client.receive()).isEqualTo("[65,5,1]");
            client.send("[48,6,{},\"wamp.session.kill_all\"]");
            assertThat(client.receive()).contains("wamp.error.not_authorized");
        }
    }

    @Test
    void realms_with_private_topics_are_isolated_and_keep_history() throws Exception {
        try (ConfiguredServer server = server();
                Raw client = new Raw((InetSocketAddress) server.address("raw"), "realm1");
                Raw other = new Raw((InetSocketAddress) server.address("raw"), "com.example.other")) {
            other.send("[32,1,{},\"com.kept\"]");
            assertThat(other.receive()).isEqualTo("[33,1,1]");
            server.topics().topic("com.kept").broadcast(Event.of(1));
            server.topics().topic("com.kept").broadcast(Event.of(2));
            other.send("[48,2,{},\"wamp.subscription.get_events\",[1]]");
            assertThat(other.receive()).isEqualTo("[50,2,{},[],{\"complete\":true,\"position\":null,\"gap\":null}]");
            other.send("[48,3,{},\"com.none\"]");
            assertThat(other.receive()).contains("wamp.error.no_such_procedure");

            client.send("[32,1,{},\"com.kept\"]");
            var unused = client.receive();
            client.send("[48,2,{},\"wamp.subscription.get_events\",[1]]");
            assertThat(client.receive()).contains("\"args\":[2]").doesNotContain("\"args\":[1]");
        }
    }

    @Test
    void rawsocket_may_not_use_reserved_procedures_or_meta_api() throws Exception {
        try (ConfiguredServer server = server();
                Raw callee = new Raw((InetSocketAddress) server.address("raw"), "com.example.other");
                Raw client = new Raw((InetSocketAddress) server.address("raw"), "realm1")) {
            callee.send("[32,1,{\"match\":\"prefix\"},\"wamp.\"]");
            assertThat(callee.receive()).contains("wamp.error.not_authorized");
            client.send("[48,1,{},\"wamp.session.list\"]");
            assertThat(client.receive()).contains("wamp.error.not_authorized");
            client.send("[64,2,{\"match\":\"prefix\"},\"wamp.\"]");
            assertThat(client.receive()).contains("wamp.error.invalid_uri");
        }
    }

    @Test
    void meta_access_comes_from_the_file() throws Exception {
        Path file = folder.resolve("site.conf");
        Files.writeString(
                file, CONFIGURATION.replace("private-topics = true", "private-topics = true, meta-api = anyone"));
        try (ConfiguredServer server = ConfiguredServer.of(file)) {
            server.start();
            try (Raw client = new Raw((InetSocketAddress) server.address("raw"), "com.example.other")) {
                client.send("[48,1,{},\"wamp.session.count\"]");
                assertThat(client.receive()).isEqualTo("[50,1,{},[1]]");
            }
        }
    }

    private void reads(ConfiguredServer server, String text) throws IOException {
        Files.writeString(folder.resolve("site.conf"), text);
        server.reload();
    }

    @Test
    void changed_private_topics_require_a_restart() throws Exception {
        try (ConfiguredServer server = server()) {
            Files.writeString(
                    folder.resolve("site.conf"),
                    CONFIGURATION
                            .replace("private-topics = true", "")
                            .replace("default-access { subscribe = anyone, call = anyone }", ""));
            assertThat(server.reload()).containsExactly("realm com.example.other: private-topics changed");
            // until then it keeps its topics and their rules
            try (Raw raw = new Raw((InetSocketAddress) server.address("raw"), "com.example.other")) {
                raw.send("[64,1,{},\"com.write\"]");
                assertThat(raw.receive()).contains("wamp.error.not_authorized");
            }
        }
    }

    @Test
    void rules_of_a_realm_change_by_a_reload() throws Exception {
        try (ConfiguredServer server = server();
                Raw raw = new Raw((InetSocketAddress) server.address("raw"), "com.example.other")) {
            raw.send("[32,1,{},\"com.a\"]");
            assertThat(raw.receive()).startsWith("[33,1,");
            reads(server, CONFIGURATION.replace("{ subscribe = anyone, call = anyone }", "{ subscribe = nobody }"));
            raw.send("[32,2,{},\"com.b\"]");
            assertThat(raw.receive()).startsWith("[8,32,2,").contains("wamp.error.not_authorized");
        }
    }

    @Test
    void reload_of_invalid_file_changes_no_realm() throws Exception {
        try (ConfiguredServer server = server()) {
            String open = CONFIGURATION.replace("subscribe = nobody", "subscribe = anyone");
            assertThatThrownBy(() -> reads(server, open + "listeners.zzz { component = nosuch }"))
                    .hasMessageContaining("nosuch");
            try (Raw raw = new Raw((InetSocketAddress) server.address("raw"), "realm1")) {
                raw.send("[32,1,{},\"com.secret.a\"]");
                assertThat(raw.receive()).startsWith("[8,32,1,");
            }
            reads(server, open);
            try (Raw raw = new Raw((InetSocketAddress) server.address("raw"), "realm1")) {
                raw.send("[32,1,{},\"com.secret.a\"]");
                assertThat(raw.receive()).startsWith("[33,1,");
            }
            reads(server, open.replace("com.example.other", "com.example.another"));
            try (Raw raw = new Raw((InetSocketAddress) server.address("raw"), "com.example.another")) {
                raw.send("[32,1,{},\"com.a\"]");
                assertThat(raw.receive()).startsWith("[33,1,");
            }
            InetSocketAddress at = (InetSocketAddress) server.address("raw");
            assertThatThrownBy(() -> new Raw(at, "com.example.other").close())
                    .hasMessageContaining("wamp.error.no_such_realm");
        }
    }
}
