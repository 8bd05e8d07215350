package dev.sprocket.testkit;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import org.jspecify.annotations.Nullable;

/** Decoded frames that a {@link WsPeer} has received; ignores continuation frames. Not thread-safe. */
final class WsInbox {
    /** Close frame; the code is 1005 if the frame had none. */
    record Close(int code, String reason) {}

    final Queue<String> texts = new ArrayDeque<>();
    final Queue<byte[]> binaries = new ArrayDeque<>();
    final Queue<byte[]> pings = new ArrayDeque<>();
    final Queue<byte[]> pongs = new ArrayDeque<>();

    @Nullable
    Close close;

    private byte[] rest = {};

    static <T> List<T> take(Queue<T> queue) {
        List<T> taken = new ArrayList<>(queue);
        queue.clear();
        return List.copyOf(taken);
    }

    void add(byte[] bytes) {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        all.writeBytes(rest);
        all.writeBytes(bytes);
        ByteBuffer in = ByteBuffer.wrap(all.toByteArray());
        while (in.remaining() >= 2 && in.remaining() >= frameSize(in)) {
            int opcode = in.get() & 0x0F;
            int length = in.get();
            if (length == 126) {
                length = in.getShort() & 0xFFFF;
            } else if (length == 127) {
                length = (int) in.getLong();
            }
            byte[] payload = new byte[length];
            in.get(payload);
            take(opcode, payload);
        }
        rest = new byte[in.remaining()];
        in.get(rest);
    }

    private static long frameSize(ByteBuffer in) {
        int at = in.position();
        int length = in.get(at + 1);
        if (length == 126) {
            return in.remaining() < 4 ? 4 : 4 + (in.getShort(at + 2) & 0xFFFF);
        }
        if (length == 127) {
            return in.remaining() < 10 ? 10 : 10 + in.getLong(at + 2);
        }
        return 2 + length;
    }

    private void take(int opcode, byte[] payload) {
        switch (opcode) {
            case 1 -> texts.add(new String(payload, StandardCharsets.UTF_8));
            case 2 -> binaries.add(payload);
            case 8 ->
                close = payload.length < 2
                        ? new Close(1005, "")
                        : new Close(
                                ByteBuffer.wrap(payload).getShort() & 0xFFFF,
                                new String(payload, 2, payload.length - 2, StandardCharsets.UTF_8));
            case 9 -> pings.add(payload);
            case 10 -> pongs.add(payload);
            default -> {
                // continuation frames are ignored; tests of fragments do not use this class
            }
        }
    }
}
