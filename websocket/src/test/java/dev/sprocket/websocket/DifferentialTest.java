package dev.sprocket.websocket;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sprocket.websocket.internal.frame.FrameDecoder;
import dev.sprocket.websocket.internal.frame.Opcode;
import dev.sprocket.websocket.internal.frame.WebSocketProtocolException;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.codec.CorruptedFrameException;
import io.netty.handler.codec.DecoderException;
import io.netty.handler.codec.http.websocketx.BinaryWebSocketFrame;
import io.netty.handler.codec.http.websocketx.CloseWebSocketFrame;
import io.netty.handler.codec.http.websocketx.ContinuationWebSocketFrame;
import io.netty.handler.codec.http.websocketx.CorruptedWebSocketFrameException;
import io.netty.handler.codec.http.websocketx.PingWebSocketFrame;
import io.netty.handler.codec.http.websocketx.PongWebSocketFrame;
import io.netty.handler.codec.http.websocketx.TextWebSocketFrame;
import io.netty.handler.codec.http.websocketx.Utf8FrameValidator;
import io.netty.handler.codec.http.websocketx.WebSocket13FrameDecoder;
import io.netty.handler.codec.http.websocketx.WebSocketDecoderConfig;
import io.netty.handler.codec.http.websocketx.WebSocketFrame;
import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Test;

/** Compares our decoder with Netty's on valid and corrupted streams. Every difference must have a known reason. */
@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
class DifferentialTest {
    private static final int STREAMS = 1_500;
    private static final WsLimits LIMITS =
            WsLimits.DEFAULT.frame(1000).message(1 << 20).fragments(1 << 20);

    /**
     * Result of decoding a stream.
     *
     * @param seen messages and control frames
     * @param end end of the stream, as a close code or description; empty if it did not end
     */
    private record Outcome(List<String> seen, String end) {}

    @Test
    void decoders_differ_only_for_known_reasons() {
        Random random = new Random(20_260_101);
        Map<String, Integer> differences = new TreeMap<>();
        int failed = 0;
        for (int i = 0; i < STREAMS; i++) {
            byte[] stream = stream(random);
            long cuts = random.nextLong();
            Outcome ours = ours(stream, new Random(cuts));
            Outcome netty = netty(stream, new Random(cuts));
            failed += ours.end().isEmpty() ? 0 : 1;
            if (!ours.equals(netty)) {
                String why = explain(ours, netty);
                assertThat(why)
                        .as("stream %d %s%nours  %s%nNetty %s", i, ByteBufUtil.hexDump(stream), ours, netty)
                        .isNotEmpty();
                differences.merge(why, 1, Integer::sum);
            }
        }
        // both valid and invalid streams were tested
        assertThat(failed).isBetween(STREAMS / 5, STREAMS * 4 / 5);
        assertThat(differences.keySet())
                .isSubsetOf(
                        "ours validates text as it arrives, Netty at the end of a frame",
                        "ours validates a header as soon as it arrives, Netty continues to read",
                        "the frame breaks two rules, and each decoder reports another one",
                        "neither decoder validates frames after a close frame");
    }

    private static String explain(Outcome ours, Outcome netty) {
        boolean both = !ours.end().isEmpty() && !netty.end().isEmpty();
        if (both && ours.seen().equals(netty.seen())) {
            return "the frame breaks two rules, and each decoder reports another one";
        }
        if (ours.seen().equals(netty.seen()) && netty.end().isEmpty()) {
            return ours.end().equals("1007")
                    ? "ours validates text as it arrives, Netty at the end of a frame"
                    : "ours validates a header as soon as it arrives, Netty continues to read";
        }
        boolean prefix = ours.seen().size() < netty.seen().size()
                && netty.seen().subList(0, ours.seen().size()).equals(ours.seen());
        if (prefix && ours.end().equals("1007")) {
            return "ours validates text as it arrives, Netty at the end of a frame";
        }
        return "";
    }

    private static byte[] stream(Random random) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        boolean inMessage = false;
        for (int frames = 1 + random.nextInt(6); frames > 0; frames--) {
            boolean control = random.nextInt(4) == 0;
            boolean fin = control || random.nextInt(3) > 0;
            int opcode = control ? Opcode.PING + random.nextInt(2) : inMessage ? 0 : 1 + random.nextInt(2);
            inMessage = control ? inMessage : !fin;
            byte[] payload = new byte[random.nextInt(control ? 126 : random.nextInt(4) == 0 ? 400 : 20)];
            for (int i = 0; i < payload.length; i++) {
                payload[i] = (byte) (random.nextInt(60) == 0 ? random.nextInt(256) : 'a' + random.nextInt(26));
            }
            byte[] mask = new byte[4];
            random.nextBytes(mask);
            out.writeBytes(ClientFrames.frame((fin ? 0x80 : 0) | opcode, payload, mask));
        }
        byte[] bytes = out.toByteArray();
        if (random.nextInt(2) == 0) {
            // mostly in headers, to which most rules apply
            bytes[random.nextInt(3) == 0 ? random.nextInt(bytes.length) : random.nextInt(Math.min(8, bytes.length))] =
                    (byte) random.nextInt(256);
        }
        return bytes;
    }

    private interface Reader {
        /** Returns the end of the stream, or an empty string. */
        String read(ByteBuf part);
    }

    private static String feed(byte[] stream, Random cuts, Reader reader) {
        String end = "";
        int at = 0;
        while (at < stream.length && end.isEmpty()) {
            int size = Math.min(stream.length - at, 1 + cuts.nextInt(cuts.nextBoolean() ? 4 : 200));
            end = reader.read(Unpooled.buffer(size).writeBytes(stream, at, size));
            at += size;
        }
        return end;
    }

    private static String hex(ByteBuf bytes) {
        return ByteBufUtil.hexDump(bytes);
    }

    private static Outcome ours(byte[] stream, Random cuts) {
        List<String> seen = new ArrayList<>();
        boolean[] closed = {false};
        FrameDecoder[] self = {null};
        FrameDecoder decoder = new FrameDecoder(LIMITS.forDecoder(), new FrameDecoder.Sink() {
            @Override
            public void onMessage(boolean binary, ByteBuf payload) {
                seen.add((binary ? "binary " : "text ") + hex(payload));
            }

            @Override
            public void onControlFrame(int opcode, ByteBuf payload) {
                if (opcode == Opcode.CLOSE) {
                    seen.add("close " + CloseFrame.read(payload).code());
                    closed[0] = true;
                    self[0].stop();
                } else {
                    seen.add(opcode + " " + hex(payload));
                }
            }
        });
        self[0] = decoder;
        String end = feed(stream, cuts, part -> {
            try {
                decoder.decode(part, ByteBufAllocator.DEFAULT);
                return closed[0] ? "closed" : "";
            } catch (WebSocketProtocolException violation) {
                return String.valueOf(violation.code);
            } finally {
                part.release();
            }
        });
        decoder.release();
        return new Outcome(seen, end);
    }

    private static Outcome netty(byte[] stream, Random cuts) {
        WebSocketDecoderConfig config = WebSocketDecoderConfig.newBuilder()
                .expectMaskedFrames(true)
                .maxFramePayloadLength(LIMITS.frame())
                .closeOnProtocolViolation(false)
                .withUTF8Validator(true)
                .build();
        EmbeddedChannel channel =
                new EmbeddedChannel(new WebSocket13FrameDecoder(config), new Utf8FrameValidator(false));
        List<String> seen = new ArrayList<>();
        ByteArrayOutputStream message = new ByteArrayOutputStream();
        boolean[] binary = {false};
        String end = feed(stream, cuts, part -> {
            String how = "";
            try {
                channel.writeInbound(part);
            } catch (CorruptedWebSocketFrameException e) {
                how = String.valueOf(e.closeStatus().code());
            } catch (CorruptedFrameException e) {
                how = "1002";
            } catch (DecoderException e) {
                how = "other " + e;
            }
            for (WebSocketFrame frame = channel.readInbound(); frame != null; frame = channel.readInbound()) {
                if (take(frame, seen, message, binary)) {
                    how = "closed";
                }
                frame.release();
                if (how.equals("closed")) {
                    break;
                }
            }
            return how;
        });
        try {
            channel.finishAndReleaseAll();
        } catch (DecoderException again) {
            // the same failure is reported again at the end
            return new Outcome(seen, end);
        }
        return new Outcome(seen, end);
    }

    /** Assembles messages from Netty's frames; returns true for a close frame. */
    private static boolean take(
            WebSocketFrame frame, List<String> seen, ByteArrayOutputStream message, boolean[] binary) {
        if (frame instanceof CloseWebSocketFrame close) {
            seen.add("close " + (close.statusCode() < 0 ? 1005 : close.statusCode()));
            return true;
        }
        if (frame instanceof PingWebSocketFrame) {
            seen.add(Opcode.PING + " " + hex(frame.content()));
        } else if (frame instanceof PongWebSocketFrame) {
            seen.add(Opcode.PONG + " " + hex(frame.content()));
        } else {
            if (!(frame instanceof ContinuationWebSocketFrame)) {
                binary[0] = frame instanceof BinaryWebSocketFrame;
                assertThat(binary[0] || frame instanceof TextWebSocketFrame).isTrue();
            }
            message.writeBytes(ByteBufUtil.getBytes(frame.content()));
            if (frame.isFinalFragment()) {
                seen.add((binary[0] ? "binary " : "text ") + ByteBufUtil.hexDump(message.toByteArray()));
                message.reset();
            }
        }
        return false;
    }
}
