package dev.sprocket.checks;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sprocket.core.Endpoint;
import dev.sprocket.core.IoServer;
import dev.sprocket.core.Tls;
import dev.sprocket.examples.WriteOnce;
import dev.sprocket.plugin.Endpoints;
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

/** The same object serves clients of every kind at the same time, over real sockets. */
@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
@Timeout(120)
class WriteOnceTest {
    private static final int MESSAGES = 20;
    private static final String LONG = " and so on".repeat(200);

    @TempDir
    Path folder;

    private static int port(Endpoint server) {
        return ((IoServer) server).port();
    }

    @Test
    void clients_receive_each_others_messages_in_order() throws Exception {
        SelfSignedCertificate identity = SelfSignedCertificate.create(folder);
        Endpoints servers = WriteOnce.servers(0, 0, 0, Tls.keyStore(identity.store(), SelfSignedCertificate.PASSWORD));
        servers.start();
        Map<String, ChatClient> voices = new LinkedHashMap<>();
        try {
            int web = port(servers.all().get(0));
            int secure = port(servers.all().get(1));
            FrameChatClient first = FrameChatClient.rfc6455(web);
            first.ping();
            voices.put("RFC 6455", first);
            join(voices, "telnet", ChatClient.telnet(port(servers.all().get(2))));
            FrameChatClient deflate = FrameChatClient.deflate(web);
            join(voices, "permessage-deflate", deflate);
            join(voices, "HTTP/2", FrameChatClient.http2(new Http2Tunnel(identity.clientContext(), secure, "/chat")));
            join(voices, "Hixie-76", new HixieChatClient(web));
            join(voices, "HyBi-10", FrameChatClient.hybi10(web));
            join(voices, "event stream", CometChatClient.stream(web));
            join(voices, "polls", CometChatClient.poll(web));
            exchangeMessages(voices);
            assertThat(deflate.receivedCompressed()).isTrue();
        } finally {
            for (ChatClient voice : voices.values()) {
                voice.close();
            }
            servers.close();
        }
    }

    /** Whoever was there before hears the newcomer, who is there by then; nobody would hear the first. */
    private static void join(Map<String, ChatClient> voices, String name, ChatClient voice) throws Exception {
        voice.send(name + " is here");
        for (ChatClient before : voices.values()) {
            assertThat(before.receive()).isEqualTo(name + " is here");
        }
        voices.put(name, voice);
    }

    private static String message(String name, int number) {
        return name + " " + number + " æ€😀" + (number % 3 == 0 ? LONG : "");
    }

    private static void exchangeMessages(Map<String, ChatClient> voices) throws Exception {
        for (int i = 0; i < MESSAGES; i++) {
            for (var voice : voices.entrySet()) {
                voice.getValue().send(message(voice.getKey(), i));
            }
        }
        for (var listener : voices.entrySet()) {
            Map<String, List<String>> heard = new LinkedHashMap<>();
            for (int i = 0; i < MESSAGES * (voices.size() - 1); i++) {
                String words = listener.getValue().receive();
                String speaker = voices.keySet().stream()
                        .filter(words::startsWith)
                        .findFirst()
                        .orElseThrow(() -> new AssertionError("heard: " + words));
                heard.computeIfAbsent(speaker, any -> new ArrayList<>()).add(words);
            }
            assertThat(heard.keySet()).as(listener.getKey()).doesNotContain(listener.getKey());
            for (String speaker : heard.keySet()) {
                List<String> said = new ArrayList<>();
                for (int i = 0; i < MESSAGES; i++) {
                    said.add(message(speaker, i));
                }
                assertThat(heard.get(speaker))
                        .as(listener.getKey() + " hears " + speaker)
                        .containsExactlyElementsOf(said);
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
