package dev.sprocket.core.tls;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import java.util.Arrays;

/**
 * Reads the elements of a DER sequence in order (X.690).
 *
 * <p>Throws {@link IllegalArgumentException} for malformed input. Not thread-safe.
 */
final class DerReader {
    static final int INTEGER = 0x02;
    static final int BIT_STRING = 0x03;
    static final int OCTET_STRING = 0x04;
    static final int OBJECT_IDENTIFIER = 0x06;
    static final int ENUMERATED = 0x0a;
    static final int GENERALIZED_TIME = 0x18;
    static final int SEQUENCE = 0x30;

    private final byte[] der;
    private final int end;
    private int at;

    DerReader(byte[] der) {
        this(der, 0, der.length);
    }

    private DerReader(byte[] der, int at, int end) {
        this.der = der;
        this.at = at;
        this.end = end;
    }

    boolean hasMore() {
        return at < end;
    }

    /** Reports whether the next element has this tag. */
    boolean isNext(int tag) {
        return hasMore() && (der[at] & 0xff) == tag;
    }

    /** Returns a reader of the elements in the next element. */
    DerReader enter(int tag) {
        int start = expect(tag);
        int next = next(start);
        at = next;
        return new DerReader(der, start, next);
    }

    /** Returns the content of the next element. */
    byte[] value(int tag) {
        int start = expect(tag);
        int next = next(start);
        at = next;
        return Arrays.copyOfRange(der, start, next);
    }

    /** Skips the next element and returns its tag. */
    @CanIgnoreReturnValue
    int skip() {
        int tag = tag();
        at = next(content());
        return tag;
    }

    private int tag() {
        if (!hasMore()) {
            throw new IllegalArgumentException("too short");
        }
        return der[at] & 0xff;
    }

    private int expect(int tag) {
        int start = content();
        next(start);
        if (tag() != tag) {
            throw new IllegalArgumentException("unknown structure");
        }
        return start;
    }

    /** Returns the index of the next element's content. */
    private int content() {
        if (at + 2 > end) {
            throw new IllegalArgumentException("too short");
        }
        int first = der[at + 1] & 0xff;
        return at + 2 + (first < 0x80 ? 0 : first & 0x7f);
    }

    /** Returns the end of the next element, whose content starts at the given index. */
    @CanIgnoreReturnValue
    private int next(int start) {
        long length = der[at + 1] & 0xff;
        if (length >= 0x80) {
            length = 0;
            for (int i = at + 2; i < start && i < end; i++) {
                length = length << 8 | der[i] & 0xff;
            }
        }
        if (length < 0 || start + length < start || start + length > end) {
            throw new IllegalArgumentException("too short");
        }
        return (int) (start + length);
    }
}
