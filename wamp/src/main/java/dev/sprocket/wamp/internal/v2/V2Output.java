package dev.sprocket.wamp.internal.v2;

import com.google.errorprone.annotations.ThreadSafe;
import dev.sprocket.core.Connection;
import dev.sprocket.core.Message;
import dev.sprocket.core.internal.transport.PipelineContext;
import dev.sprocket.wamp.CallException;
import dev.sprocket.wamp.internal.message.CallArguments;
import dev.sprocket.wamp.internal.message.V2Codec;
import dev.sprocket.wamp.internal.message.V2Message;
import dev.sprocket.wamp.internal.message.V2MessageType;
import dev.sprocket.wamp.internal.message.WireFormat;
import io.netty.buffer.ByteBufAllocator;
import java.util.Map;
import java.util.function.Consumer;

/** Encodes and sends the messages of a session, within the client's limit of their length. */
@ThreadSafe
final class V2Output {
    static final String PAYLOAD_SIZE_EXCEEDED = "wamp.error.payload_size_exceeded";

    private final Connection below;
    private final WireFormat wireFormat;
    private volatile boolean finished;

    V2Output(Connection below, WireFormat wireFormat) {
        this.below = below;
        this.wireFormat = wireFormat;
    }

    private byte[] encode(V2Message message) {
        return V2Codec.write(wireFormat.serializer(), message);
    }

    /** Sends a message. Returns false if it is not sent. */
    boolean send(V2Message message) {
        return send(encode(message));
    }

    /** Sends an encoded message. Returns false if it is not sent. */
    boolean send(byte[] bytes) {
        return !finished && sendRaw(bytes);
    }

    /** Sends no further messages, except the last one. */
    void finish() {
        finished = true;
    }

    /** Sends the message after which no other may follow. */
    void sendLast(V2Message message) {
        sendRaw(encode(message));
    }

    private boolean sendRaw(byte[] bytes) {
        if (bytes.length > wireFormat.limit()) {
            return false;
        }
        Message message = wireFormat.toMessage(bytes, ByteBufAllocator.DEFAULT);
        try {
            return below.send(message);
        } finally {
            message.content().release();
        }
    }

    /** Sends a message that expects an answer; {@code onLost} receives the reason of a failure. */
    void sendRequest(V2Message message, Consumer<String> onLost) {
        byte[] bytes = encode(message);
        if (bytes.length > wireFormat.limit()) {
            onLost.accept(PAYLOAD_SIZE_EXCEEDED);
        } else {
            RequestSender.send(PipelineContext.find(below).orElse(null), () -> send(bytes), onLost);
        }
    }

    /** Sends a progressive result. Throws {@link CallException} if it exceeds the client's limit. */
    boolean sendProgress(V2Message.Result part) {
        byte[] bytes = encode(part);
        if (bytes.length > wireFormat.limit()) {
            throw new CallException(PAYLOAD_SIZE_EXCEEDED, "progressive result");
        }
        return send(bytes);
    }

    /** Sends the answer to a call, or an error if it exceeds the client's limit. */
    boolean sendReply(long request, V2Message answer) {
        byte[] bytes = encode(answer);
        return bytes.length <= wireFormat.limit()
                ? send(bytes)
                : send(new V2Message.Failed(
                        V2MessageType.CALL.code(), request, Map.of(), PAYLOAD_SIZE_EXCEEDED, CallArguments.EMPTY));
    }
}
