package dev.sprocket.checks.memory;

import java.lang.reflect.Array;
import java.util.Collection;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.openjdk.jol.datamodel.Model64;
import org.openjdk.jol.info.ClassData;
import org.openjdk.jol.layouters.HotSpotLayouter;
import org.openjdk.jol.layouters.Layouter;

/**
 * Sizes of objects in a 64-bit JVM with compressed references and class pointers.
 *
 * <p>Calculated for JDK 17, independent of the JVM and heap that run the test.
 */
final class ObjectSizes {
    private static final Layouter LAYOUTER = new HotSpotLayouter(new Model64(true, true), 17);

    private ObjectSizes() {}

    /** Number of objects of a class, and their bytes. */
    record Count(int objects, long bytes) {
        static final Count NONE = new Count(0, 0);

        Count plus(Count other) {
            return new Count(objects + other.objects, bytes + other.bytes);
        }

        /** Returns the count without one object; null if there is no other. */
        @Nullable
        Count withoutOne() {
            return objects == 1 ? null : new Count(objects - 1, bytes - bytes / objects);
        }

        Count minus(Count other) {
            return new Count(objects - other.objects, bytes - other.bytes);
        }

        /** Returns the bytes as one object, rounded up to a multiple. */
        Count roundedUp(long multiple) {
            return new Count(1, (bytes + multiple - 1) / multiple * multiple);
        }
    }

    static Count total(Collection<?> objects) {
        return byClass(objects).values().stream().reduce(Count.NONE, Count::plus);
    }

    private static long bytes(Object object) {
        Class<?> type = object.getClass();
        ClassData data = type.isArray()
                ? new ClassData(type.getName(), type.getComponentType().getName(), Array.getLength(object))
                : ClassData.parseClass(type);
        return LAYOUTER.layout(data).instanceSize();
    }

    /** Returns the objects by class, without the numbers in the names of lambdas. */
    static Map<String, Count> byClass(Collection<?> objects) {
        Map<String, Count> all = new TreeMap<>();
        for (Object object : objects) {
            all.merge(name(object.getClass()), new Count(1, bytes(object)), Count::plus);
        }
        return all;
    }

    private static String name(Class<?> type) {
        return type.getTypeName().replaceFirst("\\$\\$Lambda.*", " (lambda)");
    }
}
