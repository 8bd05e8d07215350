package dev.sprocket.wamp.internal.serializer;

import com.google.errorprone.annotations.ThreadSafe;
import dev.sprocket.wamp.spi.Serializer;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.ServiceLoader;
import java.util.function.Predicate;

/** Available serializers: JSON, and those found by {@link ServiceLoader}. */
@ThreadSafe
public final class Serializers {
    private static final List<Serializer> ALL = load();

    private Serializers() {}

    private static List<Serializer> load() {
        List<Serializer> all = new ArrayList<>(List.of(JsonSerializer.JSON));
        ServiceLoader.load(Serializer.class, Serializer.class.getClassLoader()).forEach(all::add);
        all.sort(Comparator.comparingInt(Serializer::rawSocketId));
        return List.copyOf(all);
    }

    /** Returns all serializers, by their number in RawSocket. */
    public static List<Serializer> all() {
        return ALL;
    }

    /** Finds the serializer of a name. */
    public static Optional<Serializer> byName(String name) {
        return find(serializer -> serializer.name().equals(name));
    }

    /** Finds the serializer of a number in the RawSocket handshake. */
    public static Optional<Serializer> byRawSocketId(int id) {
        return find(serializer -> serializer.rawSocketId() == id);
    }

    private static Optional<Serializer> find(Predicate<Serializer> predicate) {
        return ALL.stream().filter(predicate).findFirst();
    }
}
