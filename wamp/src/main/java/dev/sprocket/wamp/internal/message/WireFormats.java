package dev.sprocket.wamp.internal.message;

import com.google.errorprone.annotations.ThreadSafe;
import dev.sprocket.wamp.internal.serializer.JsonSerializer;
import dev.sprocket.wamp.spi.Serializer;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.ServiceLoader;

/** Available serializers, and the WebSocket subprotocols for them. */
@ThreadSafe
public final class WireFormats {
    private static final List<Serializer> ALL = all();

    private WireFormats() {}

    private static List<Serializer> all() {
        List<Serializer> all = new ArrayList<>(List.of(JsonSerializer.JSON));
        ServiceLoader.load(Serializer.class, Serializer.class.getClassLoader()).forEach(all::add);
        all.sort(Comparator.comparingInt(Serializer::rawSocketId));
        return List.copyOf(all);
    }

    public static List<Serializer> serializers() {
        return ALL;
    }

    /** Returns the wire formats by the name of their subprotocol. */
    public static Map<String, WireFormat> bySubprotocol() {
        Map<String, WireFormat> wireFormats = new LinkedHashMap<>();
        for (Serializer serializer : ALL) {
            String name = "wamp.2." + serializer.name();
            wireFormats.put(name, new WireFormat(serializer, false, Integer.MAX_VALUE));
            wireFormats.put(name + ".batched", new WireFormat(serializer, true, Integer.MAX_VALUE));
        }
        return wireFormats;
    }
}
