package dev.sprocket.checks.interop;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sprocket.core.EchoServer;
import dev.sprocket.core.io.IoServer;
import dev.sprocket.http.HttpServer;
import dev.sprocket.websocket.Deflate;
import dev.sprocket.websocket.WsServer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Test;

/**
 * The 216 cases of sections 12 and 13 of the Autobahn test suite.
 *
 * <p>The bundle of {@link AutobahnTest} is too old for them. The sizes, fragments, offers and order are those of the
 * suite, the data is similar, and the client is {@link CompressionClient}. Each case has a few messages by default, and
 * the 1,000 messages of the suite with {@code -Dautobahn}.
 */
@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
class AutobahnCompressionTest {
    private static final int MESSAGES = System.getProperty("autobahn.lib", "").isEmpty() ? 4 : 1000;

    /** Message size and fragment size (0: one frame) by the third number of a case. */
    private static final int[][] SIZES = {
        {16, 0},
        {64, 0},
        {256, 0},
        {1024, 0},
        {4096, 0},
        {8192, 0},
        {16384, 0},
        {32768, 0},
        {65536, 0},
        {131072, 0},
        {8192, 256},
        {16384, 256},
        {32768, 256},
        {65536, 256},
        {131072, 256},
        {131072, 1024},
        {131072, 4096},
        {131072, 32768}
    };

    private static final String OFFER = "permessage-deflate; client_no_context_takeover; client_max_window_bits";
    private static final String NO_TAKEOVER = OFFER + "; server_no_context_takeover";

    /** Extension offers of section 13. */
    private static final List<String> OFFERS = List.of(
            OFFER,
            NO_TAKEOVER,
            OFFER + "; server_max_window_bits=8",
            OFFER + "; server_max_window_bits=15",
            NO_TAKEOVER + "; server_max_window_bits=8",
            NO_TAKEOVER + "; server_max_window_bits=15",
            NO_TAKEOVER + "; server_max_window_bits=8, " + NO_TAKEOVER + ", " + OFFER);

    /** Size of the test data: 1.5 times the longest message. */
    private static final int DATA_SIZE = 3 << 16;

    private record Case(String id, String offer, byte[] data, boolean binary, int size, int fragment) {}

    @Test
    void every_case_passes() throws Exception {
        run(Deflate.DEFAULT.threshold(0));
    }

    @Test
    void every_case_passes_with_server_context_takeover() throws Exception {
        if (MESSAGES < 1000) {
            run(Deflate.DEFAULT.threshold(0).serverContextTakeover());
        }
    }

    private static void run(Deflate deflate) throws Exception {
        ExecutorService clients = Executors.newFixedThreadPool(2);
        try (IoServer server = IoServer.builder(new HttpServer(new WsServer(new EchoServer()).compress(deflate)))
                .bind(0)
                .build()) {
            server.start();
            List<Case> cases = cases();
            assertThat(cases).hasSize(216);
            List<Future<?>> results = new ArrayList<>();
            for (Case testCase : cases) {
                results.add(clients.submit(() -> {
                    run(server.port(), testCase);
                    return null;
                }));
            }
            for (Future<?> result : results) {
                result.get();
            }
        } finally {
            clients.shutdownNow();
        }
    }

    private static List<Case> cases() {
        List<Case> cases = new ArrayList<>();
        byte[] json = json();
        List<byte[]> data = List.of(json, picture(), prose(), html(), document());
        for (int i = 0; i < data.size(); i++) {
            section("12." + (i + 1), OFFER, data.get(i), i != 0 && i != 3, cases);
        }
        for (int i = 0; i < OFFERS.size(); i++) {
            section("13." + (i + 1), OFFERS.get(i), json, false, cases);
        }
        return cases;
    }

    private static void section(String id, String offer, byte[] data, boolean binary, List<Case> cases) {
        for (int i = 0; i < SIZES.length; i++) {
            cases.add(new Case(id + "." + (i + 1), offer, data, binary, SIZES[i][0], SIZES[i][1]));
        }
    }

    private static void run(int port, Case test) throws Exception {
        try (CompressionClient client = new CompressionClient(port, test.offer)) {
            assertThat(client.negotiatedExtensions()).as(test.id).startsWith("permessage-deflate");
            Map<Integer, byte[]> cachedFrames = new HashMap<>();
            int compressed = 0;
            int at = 0;
            for (int i = 0; i < MESSAGES; i++) {
                byte[] message = slice(test.data, at, test.size);
                client.send(
                        client.hasReusableFrames()
                                ? cachedFrames.computeIfAbsent(
                                        at, from -> client.frames(message, test.binary, test.fragment))
                                : client.frames(message, test.binary, test.fragment));
                CompressionClient.Received echo = client.receive();
                assertThat(echo.binary()).as(test.id).isEqualTo(test.binary);
                assertThat(echo.payload()).as("%s, message %d", test.id, i).isEqualTo(message);
                compressed += echo.compressed() ? 1 : 0;
                at = (at + test.size) % test.data.length;
            }
            assertThat(client.closeHandshake()).as(test.id).isEqualTo(1000);
            if (test.size >= 4096) {
                assertThat(compressed).as("%s: compressed", test.id).isPositive();
            }
        }
    }

    private static byte[] slice(byte[] data, int from, int size) {
        byte[] message = new byte[size];
        int first = Math.min(size, data.length - from);
        System.arraycopy(data, from, message, 0, first);
        System.arraycopy(data, 0, message, first, size - first);
        return message;
    }

    private static byte[] json() {
        Random random = new Random(12);
        StringBuilder text = new StringBuilder("[");
        while (text.length() < DATA_SIZE) {
            text.append("{\"id\": ").append(random.nextInt(100_000));
            text.append(", \"name\": \"").append(word(random)).append(' ').append(word(random));
            text.append("\", \"score\": ").append(random.nextDouble());
            text.append(", \"tags\": [\"")
                    .append(word(random))
                    .append("\", \"")
                    .append(word(random))
                    .append("\"]},\n");
        }
        return bytes(text);
    }

    private static byte[] html() {
        Random random = new Random(4);
        StringBuilder text = new StringBuilder("<!DOCTYPE html>\n<html><body>\n");
        while (text.length() < DATA_SIZE) {
            text.append("<div class=\"")
                    .append(word(random))
                    .append("\"><a href=\"/")
                    .append(word(random));
            text.append(".html\">").append(word(random)).append("</a><p>");
            for (int i = random.nextInt(40); i > 0; i--) {
                text.append(word(random)).append(' ');
            }
            text.append("</p></div>\n");
        }
        return bytes(text);
    }

    private static byte[] prose() {
        Random random = new Random(2229);
        StringBuilder text = new StringBuilder();
        while (text.length() < DATA_SIZE) {
            text.append(word(random)).append(random.nextInt(9) == 0 ? ",\n" : " ");
        }
        return bytes(text);
    }

    private static String word(Random random) {
        // some words are more frequent than others
        Random letters = new Random((int) Math.abs(random.nextGaussian() * 300));
        StringBuilder word = new StringBuilder();
        for (int i = 2 + letters.nextInt(8); i > 0; i--) {
            word.append((char) ('a' + letters.nextInt(26)));
        }
        return word.toString();
    }

    /** Grey values with small differences, as in an uncompressed picture. */
    private static byte[] picture() {
        Random random = new Random(512);
        byte[] pixels = new byte[DATA_SIZE];
        for (int i = 0, grey = 128; i < pixels.length; i++) {
            grey = Math.max(0, Math.min(255, grey + random.nextInt(5) - 2));
            pixels[i] = (byte) grey;
        }
        return pixels;
    }

    /** Text that contains incompressible parts. */
    private static byte[] document() {
        Random random = new Random(105);
        byte[] text = prose();
        byte[] noise = new byte[2048];
        for (int at = 0; at + noise.length <= text.length; at += 3000) {
            random.nextBytes(noise);
            System.arraycopy(noise, 0, text, at, noise.length);
        }
        return text;
    }

    private static byte[] bytes(StringBuilder text) {
        text.setLength(DATA_SIZE);
        return text.toString().getBytes(StandardCharsets.US_ASCII);
    }
}
