package dev.sprocket.bridge.zmq;

import dev.sprocket.core.Message;
import dev.sprocket.core.RejectedException;
import dev.sprocket.pubsub.PublishRequest;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** Frames of a ZeroMQ message. */
public enum ZmqFrames {
    /** One frame: text, delivered unchanged. */
    ONE,
    /** Two frames: a topic and a JSON event, delivered as an envelope. */
    TOPIC_AND_EVENT,
    /** One or two frames. */
    ONE_OR_TWO;

    /** Converts frames to a message; throws {@link RejectedException} if invalid. */
    Message message(List<byte[]> frames) {
        int count = frames.size();
        boolean one = count == 1 && this != TOPIC_AND_EVENT;
        boolean two = count == 2 && this != ONE;
        if (!one && !two) {
            throw RejectedException.malformed("message of " + count + " frames (expected: " + expected() + ")");
        }
        ByteBuf last = Unpooled.wrappedBuffer(frames.get(count - 1));
        // the event is parsed separately, so trailing data cannot change the topic
        return one
                ? Message.text(last)
                : PublishRequest.readEvent(topic(frames.get(0)), last).envelope();
    }

    private static String topic(byte[] frame) {
        if (!ByteBufUtil.isText(Unpooled.wrappedBuffer(frame), StandardCharsets.UTF_8)) {
            throw RejectedException.malformed("topic that is not UTF-8");
        }
        return new String(frame, StandardCharsets.UTF_8);
    }

    private String expected() {
        return switch (this) {
            case ONE -> "1";
            case TOPIC_AND_EVENT -> "2, a topic and an event";
            case ONE_OR_TWO -> "1, or a topic and an event";
        };
    }
}
