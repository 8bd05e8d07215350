package dev.sprocket.wamp;

import dev.sprocket.wamp.spi.Reader;
import dev.sprocket.wamp.spi.Serializer;
import dev.sprocket.wamp.spi.Writer;

/** JSON, with bytes as WAMP has them there: a string of NUL and base64. */
final class JsonSerializer implements Serializer {
    static final JsonSerializer JSON = new JsonSerializer();

    private JsonSerializer() {}

    @Override
    public String name() {
        return "json";
    }

    @Override
    public int rawSocket() {
        return 1;
    }

    @Override
    public boolean isBinary() {
        return false;
    }

    @Override
    public Reader reader(byte[] bytes, int from, int to) {
        return new JsonValues(bytes, from, to);
    }

    @Override
    public Writer writer() {
        return new JsonText();
    }
}
