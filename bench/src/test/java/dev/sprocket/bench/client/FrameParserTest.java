package dev.sprocket.bench.client;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Test;

@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
class FrameParserTest {
    private final List<String> frames = new ArrayList<>();
    private final FrameParser parser =
            new FrameParser((opcode, in, start, length) -> frames.add(opcode + ":" + length + ":" + in.getByte(start)));

    /** Payloads of 1, 200 and 70,000 bytes: all three length encodings (RFC 6455 5.2). */
    private static ByteBuf threeFrames() {
        return Unpooled.buffer()
                .writeBytes(new byte[] {(byte) 0x81, 1, 'a'})
                .writeBytes(new byte[] {(byte) 0x82, 126, 0, (byte) 200, 'b'})
                .writeZero(199)
                .writeBytes(new byte[] {(byte) 0x81, 127})
                .writeLong(70_000)
                .writeByte('c')
                .writeZero(69_999);
    }

    @Test
    void parses_several_frames_in_one_buffer() {
        parser.parse(threeFrames());
        assertThat(frames).containsExactly("1:1:97", "2:200:98", "1:70000:99");
    }

    @Test
    void parses_frames_split_at_any_position() {
        for (int piece : List.of(1, 2, 3, 7, 4000)) {
            frames.clear();
            ByteBuf all = threeFrames();
            while (all.isReadable()) {
                parser.parse(all.readSlice(Math.min(piece, all.readableBytes())));
            }
            assertThat(frames).as("pieces of %d", piece).containsExactly("1:1:97", "2:200:98", "1:70000:99");
        }
    }
}
