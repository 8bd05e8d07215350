package dev.sprocket.checks.memory;

import io.netty.util.concurrent.FastThreadLocalThread;
import java.lang.ref.Reference;
import java.lang.reflect.Field;
import java.lang.reflect.InaccessibleObjectException;
import java.lang.reflect.Modifier;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import org.openjdk.jol.vm.VM;
import org.openjdk.jol.vm.VirtualMachine;

/**
 * Objects that are reachable from a server.
 *
 * <p>Follows fields and array elements. Of threads, only the thread-local objects of event loops are included; classes,
 * class loaders and the targets of weak references are not.
 */
final class ObjectGraph {
    static {
        // JOL would start other processes to find the layout of this JVM, which is not used here
        System.setProperty("jol.skipHotspotSAAttach", "true");
        System.setProperty("jol.skipDynamicAttach", "true");
    }

    private static final Map<Class<?>, List<Slot>> SLOTS = new ConcurrentHashMap<>();

    private final Set<Object> objects;

    private ObjectGraph(Set<Object> objects) {
        this.objects = objects;
    }

    /** Reference field of a class; the offset is set if reflection cannot read the field. */
    private record Slot(Field field, long offset) {
        @Nullable
        Object read(Object holder) {
            try {
                return offset < 0 ? field.get(holder) : VM.current().getObject(holder, offset);
            } catch (IllegalAccessException e) {
                throw new IllegalStateException(e);
            }
        }
    }

    /** Collects the objects reachable from a root, except through objects of a type. */
    static ObjectGraph from(Object root, Class<?> without) {
        Set<Object> seen = Collections.newSetFromMap(new IdentityHashMap<>());
        Deque<Object> open = new ArrayDeque<>();
        add(root, without, seen, open);
        for (Object next = open.poll(); next != null; next = open.poll()) {
            if (next instanceof Object[] array) {
                for (Object element : array) {
                    add(element, without, seen, open);
                }
            } else {
                for (Slot slot : slots(next.getClass())) {
                    add(slot.read(next), without, seen, open);
                }
            }
        }
        return new ObjectGraph(seen);
    }

    private static void add(@Nullable Object object, Class<?> without, Set<Object> seen, Deque<Object> open) {
        if (object instanceof FastThreadLocalThread thread && thread == Thread.currentThread()) {
            add(thread.threadLocalMap(), without, seen, open);
        } else if (object != null
                && !(object instanceof Class<?>)
                && !(object instanceof ClassLoader)
                && !(object instanceof Thread)
                && !(object instanceof ThreadGroup)
                && !without.isInstance(object)
                && seen.add(object)) {
            open.add(object);
        }
    }

    private static List<Slot> slots(Class<?> type) {
        return SLOTS.computeIfAbsent(type, ObjectGraph::findSlots);
    }

    private static List<Slot> findSlots(Class<?> type) {
        List<Slot> slots = new ArrayList<>();
        for (Class<?> at = type; at != null; at = at.getSuperclass()) {
            for (Field field : at.getDeclaredFields()) {
                boolean followed = !Modifier.isStatic(field.getModifiers())
                        && !field.getType().isPrimitive()
                        && at != Reference.class;
                if (followed) {
                    slots.add(slot(field));
                }
            }
        }
        return slots;
    }

    private static Slot slot(Field field) {
        try {
            field.setAccessible(true);
            return new Slot(field, -1);
        } catch (InaccessibleObjectException ofTheJdk) {
            VirtualMachine vm = VM.current();
            return new Slot(field, vm.fieldOffset(field));
        }
    }

    /** Returns the objects that an earlier graph does not contain. */
    List<Object> without(ObjectGraph earlier) {
        return objects.stream()
                .filter(object -> !earlier.objects.contains(object))
                .toList();
    }

    /** Returns the first object of a type. */
    <T> T find(Class<T> type) {
        return objects.stream()
                .filter(type::isInstance)
                .map(type::cast)
                .findFirst()
                .orElseThrow();
    }
}
