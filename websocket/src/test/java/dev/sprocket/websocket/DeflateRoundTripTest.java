package dev.sprocket.websocket;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sprocket.core.Message;
import dev.sprocket.websocket.internal.compression.DeflaterPool;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Random messages in random fragments and reads, with all negotiable parameters. */
@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
class DeflateRoundTripTest {
    private static final Deflate SMALL = Deflate.DEFAULT.threshold(20);

    private static Stream<String> offers() {
        return IntStream.rangeClosed(8, 15)
                .boxed()
                .flatMap(bits -> Stream.of(
                        "permessage-deflate; server_max_window_bits=" + bits,
                        "permessage-deflate; client_no_context_takeover; server_max_window_bits=" + bits,
                        "permessage-deflate; server_no_context_takeover; client_max_window_bits=" + bits,
                        "permessage-deflate; client_max_window_bits=" + bits));
    }

    @ParameterizedTest
    @MethodSource("offers")
    void echo_returns_the_same_messages(String offer) {
        for (Deflate deflate : List.of(
                SMALL,
                SMALL.serverContextTakeover(),
                SMALL.clientWindow(10).level(1),
                SMALL.serverContextTakeover().clientWindow(12))) {
            Random random = new Random(offer.hashCode());
            List<String> sent = new ArrayList<>();
            WsServer server = new WsServer(new Recorder() {
                        @Override
                        public void onMessage(WsConnection from, Message message) {
                            from.send(message);
                        }
                    })
                    .compress(deflate);
            try (DeflatePeer client = new DeflatePeer(server, offer)) {
                List<String> received = new ArrayList<>();
                for (int i = 0; i < 6; i++) {
                    String text = text(random);
                    sent.add(text);
                    sendInParts(client, frames(client, text, random), random);
                    client.received().forEach(each -> received.add(each.text()));
                }
                assertThat(received).as(client.negotiated).isEqualTo(sent);
            }
            assertThat(DeflaterPool.live()).isZero();
        }
    }

    private static String text(Random random) {
        StringBuilder text = new StringBuilder();
        int size = (int) Math.pow(2, random.nextDouble() * 15);
        while (text.length() < size) {
            text.append("wörd").append(random.nextInt(300)).append("x".repeat(random.nextInt(40)));
        }
        return text.substring(0, size - 1);
    }

    private static byte[] frames(DeflatePeer client, String text, Random random) {
        boolean compressed = random.nextInt(4) > 0;
        byte[] plain = text.getBytes(StandardCharsets.UTF_8);
        byte[] payload = compressed ? client.compress(plain) : plain;
        List<byte[]> frames = new ArrayList<>();
        int first = 0x01 | (compressed ? 0x40 : 0);
        int at = 0;
        while (random.nextBoolean() || payload.length - at > 65_000) {
            int end = at + random.nextInt(Math.min(65_000, payload.length - at) + 1);
            frames.add(ClientFrames.frame(first, Arrays.copyOfRange(payload, at, end), mask(random)));
            first = 0;
            at = end;
        }
        frames.add(ClientFrames.frame(0x80 | first, Arrays.copyOfRange(payload, at, payload.length), mask(random)));
        return ClientFrames.join(frames.toArray(byte[][]::new));
    }

    private static byte[] mask(Random random) {
        byte[] mask = new byte[4];
        random.nextBytes(mask);
        return mask;
    }

    private static void sendInParts(DeflatePeer client, byte[] wire, Random random) {
        int at = 0;
        while (at < wire.length) {
            int end = Math.min(wire.length, at + 1 + random.nextInt(random.nextInt(8) == 0 ? 8 : 40_000));
            client.peer.wire.send(wire, at, end);
            at = end;
        }
    }
}
