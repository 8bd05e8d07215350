package dev.sprocket.bench;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Test;

@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
class FrameCutterTest {
    private final List<String> seen = new ArrayList<>();
    private final FrameCutter cutter =
            new FrameCutter((opcode, in, start, length) -> seen.add(opcode + ":" + length + ":" + in.getByte(start)));

    /** One byte of payload, 200 and 70,000: each way to say a length (RFC 6455 5.2). */
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
    void frames_that_come_at_once_are_told_apart() {
        cutter.cut(threeFrames());
        assertThat(seen).containsExactly("1:1:97", "2:200:98", "1:70000:99");
    }

    @Test
    void frames_may_come_in_any_pieces() {
        for (int piece : List.of(1, 2, 3, 7, 4000)) {
            seen.clear();
            ByteBuf all = threeFrames();
            while (all.isReadable()) {
                cutter.cut(all.readSlice(Math.min(piece, all.readableBytes())));
            }
            assertThat(seen).as("pieces of %d", piece).containsExactly("1:1:97", "2:200:98", "1:70000:99");
        }
    }
}
