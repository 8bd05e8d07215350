package dev.sprocket.cluster.redis;

import dev.sprocket.pubsub.Gap;
import dev.sprocket.pubsub.Position;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Answer of a script: texts of bytes. */
final class Reply {
    /** Number of items that {@code place.lua} answers. */
    static final int PLACE_SIZE = 8;

    private final List<byte[]> items;

    Reply(List<Object> answer) {
        items = new ArrayList<>(answer.size());
        for (Object item : answer) {
            if (!(item instanceof byte[] bytes)) {
                throw new IllegalStateException("answer of a script with " + item + " (expected: bytes)");
            }
            items.add(bytes);
        }
    }

    int size() {
        return items.size();
    }

    byte[] bytes(int index) {
        return items.get(index);
    }

    String text(int index) {
        return new String(items.get(index), StandardCharsets.UTF_8);
    }

    long number(int index) {
        return Long.parseLong(new String(items.get(index), StandardCharsets.US_ASCII));
    }

    private long int64(int index) {
        return ByteBuffer.wrap(items.get(index)).getLong();
    }

    /** Returns the position of an event, whose offset and publication id begin at an index. */
    Position position(int epochAt, int offsetAt) {
        long offset = number(offsetAt);
        return offset == 0
                ? new Position(int64(epochAt), 0, 0)
                : Position.of(int64(epochAt), offset, int64(offsetAt + 1));
    }

    /** Returns the position of the newest event, in an answer of {@code place.lua}. */
    Position top() {
        return position(0, 1);
    }

    /** Returns the position of the last event that was removed, in an answer of {@code place.lua}. */
    Position base() {
        return position(0, 3);
    }

    /** Returns the gap after a position, in an answer of {@code place.lua}; null without one. */
    @Nullable
    Gap gap(String topic, Position after) {
        if (after.equals(Position.EARLIEST)) {
            return null;
        }
        Position top = top();
        Gap.Reason reason = null;
        if (after.epoch() != top.epoch() || after.offset() > top.offset() || after.offset() < 0) {
            reason = Gap.Reason.UNKNOWN;
        } else if (after.offset() < base().offset()) {
            reason = number(5) == 1 ? Gap.Reason.EVICTED : Gap.Reason.EXPIRED;
        } else if (!position(0, 6).equals(after)) {
            reason = Gap.Reason.UNKNOWN;
        }
        return reason == null ? null : new Gap(topic, after, base(), reason);
    }

    /** Reports whether an answer begins with the oldest event kept, in an answer of {@code place.lua}. */
    boolean beginsAtBase() {
        return number(6) == number(3);
    }
}
