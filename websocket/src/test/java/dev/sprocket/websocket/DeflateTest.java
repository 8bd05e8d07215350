package dev.sprocket.websocket;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import dev.sprocket.core.Message;
import dev.sprocket.core.internal.transport.PipelineContext;
import dev.sprocket.core.spi.LayerContext;
import dev.sprocket.websocket.internal.compression.DeflaterPool;
import dev.sprocket.websocket.internal.frame.FrameEncoder;
import io.netty.buffer.ByteBuf;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Random;
import java.util.zip.Deflater;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Compressed messages on the wire (RFC 7692 6 and 7.2). */
@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
class DeflateTest {
    private static final String OFFER = "permessage-deflate";
    private static final String NO_TAKEOVER = "permessage-deflate; client_no_context_takeover";
    /** Compressed "Hello" (RFC 7692 7.2.3.1). */
    private static final String HELLO = "f248cdc9c90700";
    /** Compressed "Hello" as a reference to the message before (RFC 7692 7.2.3.2). */
    private static final String REFERENCE = "f200110000";

    private static final Deflate ALL = Deflate.DEFAULT.threshold(0);
    private static final Deflate TAKEOVER = ALL.serverContextTakeover();

    private final Recorder app = new Recorder() {
        @Override
        public void onMessage(WsConnection from, Message message) throws Exception {
            super.onMessage(from, message);
            from.send(message);
        }
    };
    private DeflatePeer client;

    @CanIgnoreReturnValue
    private DeflatePeer connect(Deflate deflate) {
        client = new DeflatePeer(deflate, OFFER, app);
        return client;
    }

    @CanIgnoreReturnValue
    private DeflatePeer connect(String offer) {
        client = new DeflatePeer(ALL, offer, app);
        return client;
    }

    @CanIgnoreReturnValue
    private DeflatePeer connect(WsLimits limits) {
        client = new DeflatePeer(new WsServer(app).limits(limits).compress(ALL), OFFER);
        return client;
    }

    @AfterEach
    void assertNoNativeMemoryIsHeld() {
        if (client != null) {
            client.close();
        }
        assertThat(DeflaterPool.live()).isZero();
    }

    @ParameterizedTest(name = "{1}")
    @CsvSource({
        "f248cdc9c90700, one block (7.2.3.1)",
        "000500faff48656c6c6f00, a block without compression (7.2.3.3)",
        "f348cdc9c9070000, a final block (7.2.3.4)",
        "f248050000 00ffffcac9c90700, two blocks (7.2.3.5)"
    })
    void reads_the_examples_of_the_rfc(String payload, String name) {
        connect(ALL).peer.send(ClientFrames.frame(0xC1, payload));
        assertThat(app.seen).containsExactly("open", "text Hello");
    }

    @Test
    void reads_fragments_with_the_bit_on_the_first() {
        connect(ALL)
                .peer
                .send(
                        ClientFrames.frame(0x41, "f248cd"),
                        ClientFrames.frame(0x89, "01"),
                        ClientFrames.frame(0x80, "c9c90700"));
        assertThat(app.seen).containsExactly("open", "text Hello");
    }

    @Test
    void reads_a_message_that_ends_with_an_empty_fragment() {
        connect(ALL).peer.send(ClientFrames.frame(0x41, "f248cdc9c90700"), ClientFrames.frame(0x80, ""));
        assertThat(app.seen).containsExactly("open", "text Hello");
    }

    @Test
    void reads_an_empty_message() {
        connect(ALL).peer.send(ClientFrames.frame(0xC1, "00"), ClientFrames.frame(0xC2, "00"));
        assertThat(app.seen).containsExactly("open", "text ", "binary ");
    }

    @Test
    void reads_a_reference_to_an_earlier_message_with_takeover() {
        connect(TAKEOVER).peer.send(ClientFrames.frame(0xC1, "f248cdc9c90700"), ClientFrames.frame(0xC1, "f200110000"));
        assertThat(app.seen).containsExactly("open", "text Hello", "text Hello");
    }

    @Test
    void closes_1007_for_references_without_takeover() {
        connect(NO_TAKEOVER)
                .peer
                .send(ClientFrames.frame(0xC1, "f248cdc9c90700"), ClientFrames.frame(0xC1, "f200110000"));
        assertThat(app.seen).contains("text Hello").doesNotContain("text Hello, text Hello");
        assertThat(client.received()).extracting(DeflatePeer.Received::text).endsWith("close 1007");
    }

    @Test
    void reads_uncompressed_messages() {
        connect(ALL).peer.send(ClientFrames.text(0x81, "plain"), ClientFrames.frame(0xC1, "f248cdc9c90700"));
        assertThat(app.seen).containsExactly("open", "text plain", "text Hello");
    }

    @ParameterizedTest(name = "{1}")
    @CsvSource({
        "c9, ping",
        "ca, pong",
        "c8, close",
        "c0, continuation of nothing",
        "a1, second reserved bit",
        "91, third reserved bit"
    })
    void closes_1002_for_the_compression_bit_on_other_frames(String first, String name) {
        connect(ALL).peer.send(ClientFrames.frame(Integer.parseInt(first, 16), ""));
        assertThat(client.received()).extracting(DeflatePeer.Received::text).containsExactly("close 1002");
    }

    @Test
    void closes_1002_for_the_compression_bit_on_later_fragments() {
        connect(ALL).peer.send(ClientFrames.frame(0x41, "f248cd"), ClientFrames.frame(0xC0, "c9c90700"));
        assertThat(client.received()).extracting(DeflatePeer.Received::text).containsExactly("close 1002");
    }

    @ParameterizedTest
    @ValueSource(strings = {"ff", "06", "f248cdc9c9ffff07"})
    void closes_1007_for_invalid_deflate_data(String payload) {
        connect(ALL).peer.send(ClientFrames.frame(0xC1, payload));
        assertThat(client.received()).extracting(DeflatePeer.Received::text).containsExactly("close 1007");
        assertThat(app.seen).doesNotContain("message");
    }

    @Test
    void text_is_validated_while_it_is_decompressed() {
        byte[] bad = connect(ALL).compress(new byte[] {'a', (byte) 0xC0, (byte) 0x80});
        client.peer.send(ClientFrames.frame(0x41, bad, new byte[4]));
        assertThat(client.received()).extracting(DeflatePeer.Received::text).containsExactly("close 1007");
    }

    @Test
    void closes_1007_when_text_ends_inside_a_character() {
        byte[] bad = connect(ALL).compress(new byte[] {'a', (byte) 0xE2, (byte) 0x82});
        client.peer.send(ClientFrames.frame(0xC1, bad, new byte[4]));
        assertThat(client.received()).extracting(DeflatePeer.Received::text).containsExactly("close 1007");
    }

    @Test
    void message_limit_applies_to_the_decompressed_size() {
        connect(WsLimits.DEFAULT.frame(65536).message(1000).fragments(10)).send("x".repeat(1000));
        assertThat(app.seen).hasSize(2);
        client.send("x".repeat(1001));
        assertThat(client.received()).extracting(DeflatePeer.Received::text).endsWith("close 1009");
        assertThat(app.seen).hasSize(3).last().asString().startsWith("close 1009");
    }

    @Test
    void decompression_bomb_is_stopped_at_the_limit() {
        connect(WsLimits.DEFAULT.frame(65536).message(4096).fragments(10));
        byte[] bomb = client.compress(new byte[32 << 20]);
        assertThat(bomb.length).isLessThan(65536);
        // half of it exceeds the limit
        client.peer.send(ClientFrames.frame(0x42, java.util.Arrays.copyOf(bomb, bomb.length / 2), new byte[4]));
        assertThat(client.received()).extracting(DeflatePeer.Received::text).containsExactly("close 1009");
    }

    @Test
    void closes_1007_for_a_message_of_final_blocks_only() {
        connect(ALL).peer.send(ClientFrames.frame(0xC2, "0300".repeat(1000)));
        assertThat(client.received()).extracting(DeflatePeer.Received::text).containsExactly("close 1007");
    }

    /** Reads messages with unusual ends, followed by "Hello" and a reference to it. */
    @ParameterizedTest(name = "{0}")
    @CsvSource({
        "a final block, f348cdc9c9070000, Hello",
        "a final block without a padding byte, f348cdc9c90700, Hello",
        "final stored block, 010500faff48656c6c6f00, Hello",
        "final stored block without a padding byte, 010500faff48656c6c6f, Hello",
        "two final blocks, f348cdc9c90700f348cdc9c9070000, HelloHello",
        "a final block and a block that is not final, f348cdc9c90700f248cdc9c90700, HelloHello",
        "a final block and a reference after it, f348cdc9c90700f200110000, HelloHello",
        "an empty final block, 030000, ''",
        "an empty final block without a padding byte, 0300, ''",
        "an empty final stored block, 010000ffff00, ''",
        "three empty final blocks, 03000300030000, ''",
        "an empty stored block, 000000ffff00, ''",
        "an empty block, 0200, ''",
        "no bytes, '', ''",
        "an empty payload, 00, ''"
    })
    void final_block_does_not_affect_later_messages(String name, String payload, String meaning) {
        for (String offer : List.of(OFFER, NO_TAKEOVER)) {
            app.seen.clear();
            connect(offer).peer.send(ClientFrames.frame(0xC1, payload), ClientFrames.frame(0xC1, HELLO));
            client.peer.send(
                    offer.equals(OFFER) ? ClientFrames.frame(0xC1, REFERENCE) : ClientFrames.frame(0xC1, HELLO));
            client.peer.send(ClientFrames.frame(0xC1, payload), ClientFrames.frame(0xC1, HELLO));
            assertThat(app.seen)
                    .containsExactly(
                            "open", "text " + meaning, "text Hello", "text Hello", "text " + meaning, "text Hello");
            assertThat(client.received())
                    .extracting(DeflatePeer.Received::text)
                    .containsExactly(meaning, "Hello", "Hello", meaning, "Hello");
            client.close();
        }
    }

    @Test
    void reference_across_a_final_block_reaches_earlier_messages() {
        connect(OFFER)
                .peer
                .send(
                        ClientFrames.frame(0xC1, HELLO),
                        ClientFrames.frame(0xC1, "0300" + REFERENCE),
                        ClientFrames.frame(0xC1, REFERENCE));
        assertThat(app.seen).containsExactly("open", "text Hello", "text Hello", "text Hello");
    }

    @ParameterizedTest(name = "{1}")
    @CsvSource({
        "f348cdc9c90700ff, garbage after a final block",
        "010500faff48656c6c6f06, garbage after a final stored block",
        "f248cd, half a block",
        "000500faff4865, half a stored block",
        "f248cdc9c907000000ffff, a flush trailer that was not removed"
    })
    void closes_1007_when_a_message_ends_inside_a_block(String payload, String name) {
        for (String offer : List.of(OFFER, NO_TAKEOVER)) {
            app.seen.clear();
            connect(offer).peer.send(ClientFrames.frame(0xC1, payload), ClientFrames.frame(0xC1, HELLO));
            assertThat(client.received()).extracting(DeflatePeer.Received::text).containsExactly("close 1007");
            assertThat(app.seen).noneMatch(each -> each.startsWith("text"));
            client.close();
        }
    }

    @Test
    void long_message_may_have_many_final_blocks() {
        ByteArrayOutputStream payload = new ByteArrayOutputStream();
        Deflater deflater = new Deflater(0, true);
        byte[] part = new byte[2000];
        byte[] buffer = new byte[4000];
        for (int i = 0; i < 100; i++) {
            deflater.reset();
            deflater.setInput(part);
            deflater.finish();
            payload.write(buffer, 0, deflater.deflate(buffer));
        }
        deflater.end();
        connect(OFFER).peer.send(ClientFrames.frame(0xC2, payload.toByteArray(), new byte[4]));
        assertThat(client.received())
                .extracting(DeflatePeer.Received::text)
                .containsExactly(new String(new byte[200_000], StandardCharsets.UTF_8));
    }

    @Test
    void messages_below_the_threshold_are_not_compressed() {
        connect(Deflate.DEFAULT.threshold(100));
        client.send("a".repeat(99)).send("a".repeat(100));
        assertThat(client.received())
                .extracting(DeflatePeer.Received::compressed)
                .containsExactly(false, true);
    }

    @Test
    void incompressible_messages_are_not_compressed() {
        Random random = new Random(7);
        String noise = random.ints(2000, 0, 128)
                .collect(StringBuilder::new, (s, c) -> s.append((char) c), StringBuilder::append)
                .toString();
        byte[] incompressible = new byte[2000];
        random.nextBytes(incompressible);
        connect(TAKEOVER).peer.send(ClientFrames.frame(0x82, incompressible, new byte[4]));
        client.send(noise).send(noise);
        assertThat(client.received())
                .extracting(DeflatePeer.Received::compressed)
                .containsExactly(false, true, true);
    }

    @Test
    void repeated_message_is_short_with_takeover() {
        connect(TAKEOVER);
        String message =
                "{\"name\":\"The quick brown fox\",\"verb\":\"jumps\",\"name2\":\"The lazy dog\",\"name3\":\"A fox\"}";
        client.send(message).send(message);
        List<DeflatePeer.Received> received = client.received();
        assertThat(received).extracting(DeflatePeer.Received::text).containsExactly(message, message);
        assertThat(received.get(1).bytes()).isLessThan(received.get(0).bytes() / 4);
    }

    @Test
    void shared_frames_can_be_mixed_with_takeover() {
        String message = "to one of you, and then to all of you: ".repeat(5);
        client = new DeflatePeer(TAKEOVER, OFFER, new Recorder() {
            @Override
            public void onMessage(WsConnection from, Message received) {
                PipelineContext context = PipelineContext.of(from);
                from.send(message);
                context.write(context.encoder().encode(Message.text("shared " + message), context.alloc()));
                from.send(message);
                from.send("tiny");
                from.send(message);
            }
        });
        client.send("go");
        assertThat(client.received())
                .extracting(DeflatePeer.Received::text)
                .containsExactly(message, "shared " + message, message, "tiny", message);
    }

    @Test
    void connections_with_equal_parameters_share_their_encoder() {
        Recorder one = new Recorder();
        Recorder other = new Recorder();
        try (DeflatePeer a = new DeflatePeer(Deflate.DEFAULT, OFFER, one);
                DeflatePeer b = new DeflatePeer(Deflate.DEFAULT, OFFER, other);
                DeflatePeer c =
                        new DeflatePeer(Deflate.DEFAULT, OFFER + "; server_max_window_bits=9", new Recorder())) {
            LayerContext.Encoder encoder = PipelineContext.of(one.conn()).encoder();
            assertThat(PipelineContext.of(other.conn()).encoder()).isSameAs(encoder);
            assertThat(a.negotiated).isEqualTo(b.negotiated).isNotEqualTo(c.negotiated);
            assertThat(encoder).isNotSameAs(FrameEncoder.MESSAGE);
        }
    }

    @Test
    void message_from_another_thread_is_compressed() throws Exception {
        connect(TAKEOVER);
        Thread other = new Thread(() -> app.conn().send("from afar ".repeat(50)));
        other.start();
        other.join();
        assertThat(client.received())
                .containsExactly(new DeflatePeer.Received("from afar ".repeat(50), true, compressedSize()));
    }

    private static int compressedSize() {
        ByteBuf frame = ALL.encoder(15)
                .encode(Message.text("from afar ".repeat(50)), io.netty.buffer.UnpooledByteBufAllocator.DEFAULT);
        int bytes = frame.readableBytes() - 2;
        frame.release();
        return bytes;
    }

    @Test
    void connection_closed_inside_a_message_frees_its_inflater() {
        connect(ALL).peer.send(ClientFrames.frame(0x41, "f248cd"));
        assertThat(DeflaterPool.live()).isEqualTo(1);
        client.close();
        assertThat(DeflaterPool.live()).isZero();
    }

    @Test
    void idle_connection_without_takeover_holds_no_native_memory() {
        connect(ALL).send("hello hello hello hello");
        assertThat(client.received()).hasSize(1);
        assertThat(DeflaterPool.live()).isZero();
    }
}
