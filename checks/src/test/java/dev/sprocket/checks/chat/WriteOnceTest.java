package dev.sprocket.checks.chat;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sprocket.core.io.Endpoint;
import dev.sprocket.core.io.Endpoints;
import dev.sprocket.core.io.IoServer;
import dev.sprocket.core.tls.Tls;
import dev.sprocket.examples.WriteOnce;
import dev.sprocket.leaktest.SelfSignedCertificate;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** One component serves clients of every protocol at the same time, over sockets. */
@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
@Timeout(120)
class WriteOnceTest {
    private static final int MESSAGES = 20;
    private static final String LONG_SUFFIX = " and so on".repeat(200);

    @TempDir
    Path folder;

    private static int port(Endpoint server) {
        return ((IoServer) server).port();
    }

    @Test
    void clients_receive_each_others_messages_in_order() throws Exception {
        SelfSignedCertificate certificate = SelfSignedCertificate.create(folder);
        Endpoints servers =
                WriteOnce.servers(0, 0, 0, Tls.keyStore(certificate.store(), SelfSignedCertificate.PASSWORD));
        servers.start();
        Map<String, ChatClient> clients = new LinkedHashMap<>();
        try {
            int web = port(servers.all().get(0));
            int secure = port(servers.all().get(1));
            FrameChatClient first = FrameChatClient.rfc6455(web);
            first.ping();
            clients.put("RFC 6455", first);
            join(clients, "telnet", ChatClient.telnet(port(servers.all().get(2))));
            FrameChatClient deflate = FrameChatClient.deflate(web);
            join(clients, "permessage-deflate", deflate);
            join(
                    clients,
                    "HTTP/2",
                    FrameChatClient.http2(new Http2Tunnel(certificate.clientContext(), secure, "/chat")));
            join(clients, "Hixie-76", new HixieChatClient(web));
            join(clients, "HyBi-10", FrameChatClient.hybi10(web));
            join(clients, "event stream", CometChatClient.stream(web));
            join(clients, "polls", CometChatClient.poll(web));
            exchangeMessages(clients);
            assertThat(deflate.receivedCompressed()).isTrue();
        } finally {
            for (ChatClient client : clients.values()) {
                client.close();
            }
            servers.close();
        }
    }

    /** Adds a client whose join message must reach all earlier clients. */
    private static void join(Map<String, ChatClient> clients, String name, ChatClient client) throws Exception {
        client.send(name + " is here");
        for (ChatClient earlier : clients.values()) {
            assertThat(earlier.receive()).isEqualTo(name + " is here");
        }
        clients.put(name, client);
    }

    private static String message(String name, int number) {
        return name + " " + number + " æ€😀" + (number % 3 == 0 ? LONG_SUFFIX : "");
    }

    private static void exchangeMessages(Map<String, ChatClient> clients) throws Exception {
        for (int i = 0; i < MESSAGES; i++) {
            for (var client : clients.entrySet()) {
                client.getValue().send(message(client.getKey(), i));
            }
        }
        for (var receiver : clients.entrySet()) {
            Map<String, List<String>> received = new LinkedHashMap<>();
            for (int i = 0; i < MESSAGES * (clients.size() - 1); i++) {
                String text = receiver.getValue().receive();
                String sender = clients.keySet().stream()
                        .filter(text::startsWith)
                        .findFirst()
                        .orElseThrow(() -> new AssertionError("unknown sender: " + text));
                received.computeIfAbsent(sender, any -> new ArrayList<>()).add(text);
            }
            assertThat(received.keySet()).as(receiver.getKey()).doesNotContain(receiver.getKey());
            for (String sender : received.keySet()) {
                List<String> sent = new ArrayList<>();
                for (int i = 0; i < MESSAGES; i++) {
                    sent.add(message(sender, i));
                }
                assertThat(received.get(sender))
                        .as(receiver.getKey() + " receives from " + sender)
                        .containsExactlyElementsOf(sent);
            }
        }
    }

    @Test
    void guide_shows_tested_program() throws Exception {
        String guide = Files.readString(Path.of("../docs/guide/write-once.md"));
        String program = Files.readString(Path.of("../examples/src/main/java/dev/sprocket/examples/WriteOnce.java"));
        int start = guide.indexOf("```java\n") + "```java\n".length();
        String shown = guide.substring(start, guide.indexOf("```", start));
        assertThat(program.replaceAll("(?m)^ {8}", "")).contains(shown);
    }
}
