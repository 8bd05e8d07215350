package dev.sprocket.wamp.internal.message;

import dev.sprocket.wamp.internal.serializer.ValueTrees;
import dev.sprocket.wamp.spi.Serializer;
import java.util.Map;

/** Writes the items of one message. Confined to one thread. */
final class V2ItemWriter {
    private final Serializer serializer;
    private final long code;
    private final Serializer.Writer out;

    V2ItemWriter(Serializer serializer, V2MessageType type) {
        this.serializer = serializer;
        this.code = type.code();
        this.out = serializer.writer();
    }

    /** Starts a message with a number of items after its type. */
    V2ItemWriter list(int items) {
        out.list(1 + items).number(code);
        return this;
    }

    /** Starts a message with a number of items before its arguments. */
    V2ItemWriter list(int items, CallArguments arguments) {
        return list(items + arguments.itemCount());
    }

    V2ItemWriter id(long id) {
        out.number(id);
        return this;
    }

    V2ItemWriter text(String text) {
        ValueTrees.write(out, text);
        return this;
    }

    V2ItemWriter dict(Map<String, ?> dict) {
        ValueTrees.write(out, dict);
        return this;
    }

    /** Writes the arguments, which end the message. */
    V2ItemWriter arguments(CallArguments arguments) {
        arguments.writeTo(out, serializer);
        return this;
    }

    byte[] bytes() {
        return out.end().bytes();
    }
}
