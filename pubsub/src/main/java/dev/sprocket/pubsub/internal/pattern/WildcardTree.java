package dev.sprocket.pubsub.internal.pattern;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Tree of wildcard patterns by components, where an empty component matches any component.
 *
 * <p>Any thread may read; writes must be serialized by the caller.
 */
final class WildcardTree<V> {
    private static final class Node<V> {
        final Map<String, Node<V>> children = new ConcurrentHashMap<>(2);
        volatile @Nullable V value;

        boolean isUnused() {
            return value == null && children.isEmpty();
        }
    }

    private final Node<V> root = new Node<>();

    boolean isEmpty() {
        return root.children.isEmpty();
    }

    @Nullable
    V get(String pattern) {
        Node<V> node = root;
        for (String component : split(pattern)) {
            node = node.children.get(component);
            if (node == null) {
                return null;
            }
        }
        return node.value;
    }

    void put(String pattern, V value) {
        Node<V> node = root;
        for (String component : split(pattern)) {
            node = node.children.computeIfAbsent(component, c -> new Node<>());
        }
        node.value = value;
    }

    void remove(String pattern) {
        remove(root, split(pattern), 0);
    }

    private void remove(Node<V> node, String[] components, int at) {
        if (at == components.length) {
            node.value = null;
            return;
        }
        Node<V> child = node.children.get(components[at]);
        if (child != null) {
            remove(child, components, at + 1);
            if (child.isUnused()) {
                node.children.remove(components[at]);
            }
        }
    }

    void forEachMatch(String name, Consumer<? super V> found) {
        forEachMatch(root, split(name), 0, found);
    }

    private void forEachMatch(Node<V> node, String[] components, int at, Consumer<? super V> found) {
        if (at == components.length) {
            V value = node.value;
            if (value != null) {
                found.accept(value);
            }
            return;
        }
        Node<V> same = components[at].isEmpty() ? null : node.children.get(components[at]);
        if (same != null) {
            forEachMatch(same, components, at + 1, found);
        }
        Node<V> any = node.children.get("");
        if (any != null) {
            forEachMatch(any, components, at + 1, found);
        }
    }

    @Nullable
    V bestMatch(String name) {
        return bestMatch(root, split(name), 0);
    }

    private @Nullable V bestMatch(Node<V> node, String[] components, int at) {
        if (at == components.length) {
            return node.value;
        }
        Node<V> same = components[at].isEmpty() ? null : node.children.get(components[at]);
        V best = same == null ? null : bestMatch(same, components, at + 1);
        if (best != null) {
            return best;
        }
        Node<V> any = node.children.get("");
        return any == null ? null : bestMatch(any, components, at + 1);
    }

    void forEach(Consumer<? super V> found) {
        forEach(root, found);
    }

    private void forEach(Node<V> node, Consumer<? super V> found) {
        V value = node.value;
        if (value != null) {
            found.accept(value);
        }
        node.children.values().forEach(child -> forEach(child, found));
    }

    private static String[] split(String name) {
        return name.split("\\.", -1);
    }
}
