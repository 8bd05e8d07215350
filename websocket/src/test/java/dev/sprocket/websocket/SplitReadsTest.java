package dev.sprocket.websocket;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Test;

/** Frames of a client split into reads at arbitrary positions. */
@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
class SplitReadsTest {
    private static final WsLimits LIMITS =
            WsLimits.DEFAULT.frame(70_000).message(300_000).fragments(100);
    private static final byte[] HANDSHAKE = ClientFrames.HANDSHAKE.getBytes(StandardCharsets.US_ASCII);

    /** Frames of a client, with the expected events and answers. */
    private static final class Script {
        final Random random;
        final List<byte[]> frames = new ArrayList<>();
        final List<String> expectedEvents = new ArrayList<>(List.of("open"));
        final List<String> expectedFrames = new ArrayList<>();

        Script(Random random) {
            this.random = random;
        }

        /** Adds a message of random fragments, with control frames between them. */
        @CanIgnoreReturnValue
        Script message(int size) {
            boolean binary = random.nextBoolean();
            byte[] payload = binary ? bytes(size) : text(size);
            int at = 0;
            boolean last = false;
            for (int opcode = binary ? 2 : 1; !last; opcode = 0) {
                last = random.nextInt(3) > 0;
                int end = last ? payload.length : at + random.nextInt(payload.length - at + 1);
                frame((last ? 0x80 : 0) | opcode, Arrays.copyOfRange(payload, at, end));
                at = end;
                if (random.nextInt(3) == 0) {
                    control();
                }
            }
            expectedEvents.add(
                    binary
                            ? "binary " + HexFormat.of().formatHex(payload)
                            : "text " + new String(payload, StandardCharsets.UTF_8));
            return this;
        }

        private void control() {
            byte[] payload = bytes(random.nextInt(126));
            boolean ping = random.nextBoolean();
            frame(ping ? 0x89 : 0x8A, payload);
            if (ping) {
                expectedFrames.add("pong " + HexFormat.of().formatHex(payload));
            }
        }

        @CanIgnoreReturnValue
        Script close() {
            frame(0x88, new byte[] {0x0F, (byte) 0xA0, 'e', 'n', 'd'});
            expectedEvents.add("close 4000 clean end");
            expectedFrames.add("close 4000 end");
            return this;
        }

        private void frame(int first, byte[] payload) {
            frames.add(ClientFrames.frame(first, payload, bytes(4)));
        }

        private byte[] bytes(int size) {
            byte[] bytes = new byte[size];
            random.nextBytes(bytes);
            return bytes;
        }

        /** Returns random characters of one to four bytes. */
        private byte[] text(int size) {
            int[] points = {'a', 'z', 0xE4, 0x20AC, 0x1F600};
            StringBuilder text = new StringBuilder();
            for (int i = 0; i < size; i++) {
                text.appendCodePoint(points[random.nextInt(points.length)]);
            }
            return text.toString().getBytes(StandardCharsets.UTF_8);
        }

        byte[] bytes() {
            return ClientFrames.join(frames.toArray(byte[][]::new));
        }
    }

    private static void assertMatches(Script script, Peer peer, Recorder app, String cut) {
        assertThat(app.seen).as(cut).isEqualTo(script.expectedEvents);
        assertThat(peer.received()).as(cut).isEqualTo(script.expectedFrames);
        assertThat(peer.isOpen()).as(cut).isFalse();
    }

    @Test
    void decodes_frames_split_at_each_byte() {
        Script script = new Script(new Random(6455));
        script.message(0).message(5).message(120).message(126).message(200).close();
        byte[] bytes = script.bytes();
        for (int cut = 0; cut <= bytes.length; cut++) {
            Recorder app = new Recorder();
            try (Peer peer = new Peer().connect(new WsServer(app).limits(LIMITS))) {
                peer.wire.send(bytes, 0, cut).send(bytes, cut, bytes.length);
                assertMatches(script, peer, app, "cut at " + cut);
            }
        }
    }

    @Test
    void decodes_frames_received_byte_by_byte() {
        Script script = new Script(new Random(5));
        script.message(0).message(1).message(130).message(400).message(20).close();
        byte[] bytes = script.bytes();
        Recorder app = new Recorder();
        try (Peer peer = new Peer().connect(new WsServer(app).limits(LIMITS))) {
            for (int i = 0; i < bytes.length; i++) {
                peer.wire.send(bytes, i, i + 1);
            }
            assertMatches(script, peer, app, "byte by byte");
        }
    }

    @Test
    void decodes_random_frames_split_at_random() {
        int[] sizes = {1, 10, 125, 126, 1000, 14_000};
        for (int seed = 0; seed < 200; seed++) {
            Random random = new Random(seed);
            Script script = new Script(random);
            for (int i = random.nextInt(8); i >= 0; i--) {
                script.message(random.nextInt(sizes[random.nextInt(sizes.length)]));
            }
            assertMatchesSplitAtRandom(script.close(), seed);
        }
    }

    @Test
    void decodes_64_bit_lengths_split_at_random() {
        for (int seed = 0; seed < 20; seed++) {
            Script script = new Script(new Random(seed));
            byte[] payload = script.bytes(65_536 + seed);
            script.frame(0x82, payload);
            script.expectedEvents.add("binary " + HexFormat.of().formatHex(payload));
            assertMatchesSplitAtRandom(script.message(50).close(), seed);
        }
    }

    private static void assertMatchesSplitAtRandom(Script script, int seed) {
        byte[] bytes = script.bytes();
        int[] steps = {1, 7, 200, 5000, bytes.length};
        int step = steps[script.random.nextInt(steps.length)];
        Recorder app = new Recorder();
        try (Peer peer = new Peer().connect(new WsServer(app).limits(LIMITS))) {
            for (int at = 0; at < bytes.length; ) {
                int end = Math.min(bytes.length, at + 1 + script.random.nextInt(step));
                peer.wire.send(bytes, at, end);
                at = end;
            }
            assertMatches(script, peer, app, "seed " + seed);
        }
    }

    @Test
    void decodes_handshake_and_frames_split_at_each_byte() {
        Script script = new Script(new Random(1));
        script.message(10).message(130).close();
        byte[] bytes = ClientFrames.join(HANDSHAKE, script.bytes());
        for (int cut = 0; cut <= bytes.length; cut++) {
            Recorder app = new Recorder();
            try (Peer peer = new Peer().serve(new WsServer(app).limits(LIMITS))) {
                peer.wire.send(bytes, 0, cut).send(bytes, cut, bytes.length);

                byte[] response = peer.wire.receivedBytes();
                int end = new String(response, StandardCharsets.ISO_8859_1).indexOf("\r\n\r\n") + 4;
                assertThat(ClientFrames.read(Arrays.copyOfRange(response, end, response.length)))
                        .as("cut at %s", cut)
                        .isEqualTo(script.expectedFrames);
                assertThat(app.seen).as("cut at %s", cut).isEqualTo(script.expectedEvents);
            }
        }
    }

    @Test
    void closes_1007_for_a_bad_frame_split_anywhere() {
        byte[] bytes = ClientFrames.join(
                ClientFrames.text(0x01, "a€"),
                ClientFrames.frame(0x89, "01"),
                ClientFrames.frame(0x80, "61 62 ff 63"),
                ClientFrames.text(0x81, "x"));
        for (int cut = 0; cut <= bytes.length; cut++) {
            Recorder app = new Recorder();
            try (Peer peer = new Peer().connect(app)) {
                peer.wire.send(bytes, 0, cut).send(bytes, cut, bytes.length);

                List<String> expectedFrames = peer.received();
                assertThat(expectedFrames).as("cut at %s", cut).hasSize(2).startsWith("pong 01");
                assertThat(expectedFrames.get(1)).startsWith("close 1007 ");
                assertThat(app.seen).hasSize(2);
            }
        }
    }
}
