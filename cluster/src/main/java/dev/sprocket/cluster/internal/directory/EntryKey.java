package dev.sprocket.cluster.internal.directory;

import com.google.errorprone.annotations.Immutable;
import dev.sprocket.cluster.spi.Directory;
import dev.sprocket.cluster.spi.Directory.Entry;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * Name of an entry of one node.
 *
 * @param kind kind of the entry
 * @param key key in the kind
 */
@Immutable
record EntryKey(String kind, String key) {
    static EntryKey of(Entry entry) {
        return new EntryKey(entry.kind(), entry.key());
    }

    Entry entry(@Nullable String value) {
        return new Entry(kind, key, value);
    }

    /**
     * Returns the memory that counts for an entry, in bytes.
     *
     * @throws IllegalArgumentException if a text is too long, or the kind is invalid
     */
    long size(@Nullable String value) {
        if (kind.isEmpty() || kind.indexOf('\0') >= 0) {
            throw new IllegalArgumentException("kind of an entry (expected: characters without U+0000)");
        }
        return Directory.OVERHEAD
                + length(kind, Directory.MAX_KIND_BYTES, "kind")
                + length(key, Directory.MAX_KEY_BYTES, "key")
                + (value == null ? 0 : length(value, Directory.MAX_VALUE_BYTES, "value"));
    }

    private static long length(String text, int max, String what) {
        int length = text.getBytes(StandardCharsets.UTF_8).length;
        if (length > max) {
            throw new IllegalArgumentException(
                    what + " of an entry of " + length + " bytes (expected: at most " + max + ")");
        }
        return length;
    }
}
