package dev.sprocket.websocket;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Test;

/** TCP knows no frames (RFC 9293): however the bytes of a client are cut into reads, they mean the same. */
@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
class CutTest {
    private static final WsLimits LIMITS = new WsLimits(70_000, 300_000, 100);
    private static final byte[] HANDSHAKE = Client.HANDSHAKE.getBytes(StandardCharsets.US_ASCII);

    /** Frames of a client, and what must come of them. */
    private static final class Script {
        final Random random;
        final List<byte[]> frames = new ArrayList<>();
        final List<String> seen = new ArrayList<>(List.of("open"));
        final List<String> sent = new ArrayList<>();

        Script(Random random) {
            this.random = random;
        }

        /** A message of random fragments, with control frames between them. */
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
            seen.add(
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
                sent.add("pong " + HexFormat.of().formatHex(payload));
            }
        }

        Script close() {
            frame(0x88, new byte[] {0x0F, (byte) 0xA0, 'e', 'n', 'd'});
            seen.add("close 4000 clean end");
            sent.add("close 4000 end");
            return this;
        }

        private void frame(int first, byte[] payload) {
            frames.add(Client.frame(first, payload, bytes(4)));
        }

        private byte[] bytes(int size) {
            byte[] bytes = new byte[size];
            random.nextBytes(bytes);
            return bytes;
        }

        /** Characters of one to four bytes. */
        private byte[] text(int size) {
            int[] points = {'a', 'z', 0xE4, 0x20AC, 0x1F600};
            StringBuilder text = new StringBuilder();
            for (int i = 0; i < size; i++) {
                text.appendCodePoint(points[random.nextInt(points.length)]);
            }
            return text.toString().getBytes(StandardCharsets.UTF_8);
        }

        byte[] bytes() {
            return Client.join(frames.toArray(byte[][]::new));
        }
    }

    private static void assertSame(Script script, Peer peer, Recorder app, String cut) {
        assertThat(app.seen).as(cut).isEqualTo(script.seen);
        assertThat(peer.received()).as(cut).isEqualTo(script.sent);
        assertThat(peer.isOpen()).as(cut).isFalse();
    }

    @Test
    void frames_cut_at_each_byte_are_the_same_frames() {
        Script script = new Script(new Random(6455));
        script.message(0).message(5).message(120).message(126).message(200).close();
        byte[] bytes = script.bytes();
        for (int cut = 0; cut <= bytes.length; cut++) {
            Recorder app = new Recorder();
            try (Peer peer = new Peer().connect(new WsServer(app, LIMITS))) {
                peer.wire.send(bytes, 0, cut).send(bytes, cut, bytes.length);
                assertSame(script, peer, app, "cut at " + cut);
            }
        }
    }

    @Test
    void frames_that_come_byte_by_byte_are_the_same_frames() {
        Script script = new Script(new Random(5));
        script.message(0).message(1).message(130).message(400).message(20).close();
        byte[] bytes = script.bytes();
        Recorder app = new Recorder();
        try (Peer peer = new Peer().connect(new WsServer(app, LIMITS))) {
            for (int i = 0; i < bytes.length; i++) {
                peer.wire.send(bytes, i, i + 1);
            }
            assertSame(script, peer, app, "byte by byte");
        }
    }

    @Test
    void random_frames_cut_at_random_are_the_same_frames() {
        int[] sizes = {1, 10, 125, 126, 1000, 14_000};
        for (int seed = 0; seed < 200; seed++) {
            Random random = new Random(seed);
            Script script = new Script(random);
            for (int i = random.nextInt(8); i >= 0; i--) {
                script.message(random.nextInt(sizes[random.nextInt(sizes.length)]));
            }
            assertSameCutAtRandom(script.close(), seed);
        }
    }

    @Test
    void frames_with_lengths_of_64_bits_cut_at_random_are_the_same_frames() {
        for (int seed = 0; seed < 20; seed++) {
            Script script = new Script(new Random(seed));
            byte[] payload = script.bytes(65_536 + seed);
            script.frame(0x82, payload);
            script.seen.add("binary " + HexFormat.of().formatHex(payload));
            assertSameCutAtRandom(script.message(50).close(), seed);
        }
    }

    private static void assertSameCutAtRandom(Script script, int seed) {
        byte[] bytes = script.bytes();
        int[] steps = {1, 7, 200, 5000, bytes.length};
        int step = steps[script.random.nextInt(steps.length)];
        Recorder app = new Recorder();
        try (Peer peer = new Peer().connect(new WsServer(app, LIMITS))) {
            for (int at = 0; at < bytes.length; ) {
                int end = Math.min(bytes.length, at + 1 + script.random.nextInt(step));
                peer.wire.send(bytes, at, end);
                at = end;
            }
            assertSame(script, peer, app, "seed " + seed);
        }
    }

    @Test
    void a_handshake_with_frames_behind_it_cut_at_each_byte_is_the_same() {
        Script script = new Script(new Random(1));
        script.message(10).message(130).close();
        byte[] bytes = Client.join(HANDSHAKE, script.bytes());
        for (int cut = 0; cut <= bytes.length; cut++) {
            Recorder app = new Recorder();
            try (Peer peer = new Peer().serve(new WsServer(app, LIMITS))) {
                peer.wire.send(bytes, 0, cut).send(bytes, cut, bytes.length);

                byte[] answer = peer.wire.receivedBytes();
                int end = new String(answer, StandardCharsets.ISO_8859_1).indexOf("\r\n\r\n") + 4;
                assertThat(Client.read(Arrays.copyOfRange(answer, end, answer.length)))
                        .as("cut at %s", cut)
                        .isEqualTo(script.sent);
                assertThat(app.seen).as("cut at %s", cut).isEqualTo(script.seen);
            }
        }
    }

    @Test
    void a_bad_frame_cut_anywhere_is_refused_the_same() {
        byte[] bytes = Client.join(
                Client.text(0x01, "a€"),
                Client.frame(0x89, "01"),
                Client.frame(0x80, "61 62 ff 63"),
                Client.text(0x81, "x"));
        for (int cut = 0; cut <= bytes.length; cut++) {
            Recorder app = new Recorder();
            try (Peer peer = new Peer().connect(app)) {
                peer.wire.send(bytes, 0, cut).send(bytes, cut, bytes.length);

                List<String> sent = peer.received();
                assertThat(sent).as("cut at %s", cut).hasSize(2).startsWith("pong 01");
                assertThat(sent.get(1)).startsWith("close 1007 ");
                assertThat(app.seen).hasSize(2);
            }
        }
    }
}
