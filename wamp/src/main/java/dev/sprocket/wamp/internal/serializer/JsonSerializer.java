package dev.sprocket.wamp.internal.serializer;

import dev.sprocket.wamp.spi.Serializer;

/** JSON. Bytes are a string of NUL and base64, as WAMP specifies. */
public final class JsonSerializer implements Serializer {
    public static final JsonSerializer JSON = new JsonSerializer();

    private JsonSerializer() {}

    @Override
    public String name() {
        return "json";
    }

    @Override
    public int rawSocketId() {
        return 1;
    }

    @Override
    public boolean isBinary() {
        return false;
    }

    @Override
    public Serializer.Reader reader(byte[] bytes, int from, int to) {
        return new JsonReader(bytes, from, to);
    }

    @Override
    public Serializer.Writer writer() {
        return new JsonWriter();
    }
}
