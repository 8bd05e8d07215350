package dev.sprocket.bench.client;

import com.google.errorprone.annotations.ThreadSafe;
import com.google.gson.JsonElement;
import com.google.gson.JsonParser;
import dev.sprocket.wamp.cbor.CborSerializer;
import dev.sprocket.wamp.msgpack.MsgpackSerializer;
import dev.sprocket.wamp.spi.Serializer;
import io.netty.buffer.ByteBuf;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Encoding of client messages, which are given as JSON. */
@ThreadSafe
public enum MessageFormat {
    /** JSON text without conversion. */
    TEXT(null),
    MSGPACK(new MsgpackSerializer()),
    CBOR(new CborSerializer());

    private final @Nullable Serializer serializer;

    MessageFormat(@Nullable Serializer serializer) {
        this.serializer = serializer;
    }

    boolean isBinary() {
        return serializer != null;
    }

    /** Returns a frame that contains a message. */
    public ByteBuf frame(String json) {
        if (serializer == null) {
            return ClientFrames.text(json);
        }
        Serializer.Writer writer = serializer.writer();
        write(writer, JsonParser.parseString(json));
        return ClientFrames.frame(2, writer.bytes());
    }

    private static void write(Serializer.Writer writer, JsonElement value) {
        if (value.isJsonArray()) {
            writer.list(value.getAsJsonArray().size());
            value.getAsJsonArray().forEach(item -> write(writer, item));
            writer.end();
        } else if (value.isJsonObject()) {
            writer.map(value.getAsJsonObject().size());
            for (Map.Entry<String, JsonElement> entry : value.getAsJsonObject().entrySet()) {
                writer.text(entry.getKey());
                write(writer, entry.getValue());
            }
            writer.end();
        } else if (value.getAsJsonPrimitive().isNumber()) {
            writer.number(value.getAsLong());
        } else if (value.getAsJsonPrimitive().isBoolean()) {
            writer.bool(value.getAsBoolean());
        } else {
            writer.text(value.getAsString());
        }
    }
}
