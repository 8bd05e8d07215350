package dev.sprocket.session.memcached;

import dev.sprocket.session.spi.SessionFormatException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.zip.DataFormatException;
import java.util.zip.Inflater;

/**
 * A value as php-memcached writes it: its flags say what it is. PHP's own sessions are plain; what a site stores by
 * {@code Memcached::set}, as Symfony does, is compressed when it is long.
 */
final class MemcachedValue {
    /** A text, uncompressed. */
    static final int PLAIN = 0;

    private static final int TYPE = 0xF;
    private static final int COMPRESSED = 1 << 4;
    private static final int ZLIB = 1 << 5;
    /** Longer than this is no session. */
    private static final int MAX_LENGTH = 16 << 20;

    private MemcachedValue() {}

    static byte[] decompress(byte[] value, int flags) throws SessionFormatException {
        if ((flags & TYPE) != PLAIN) {
            throw new SessionFormatException("value of type " + (flags & TYPE) + " (expected: 0, a text)");
        }
        if ((flags & COMPRESSED) == 0) {
            return value;
        }
        if ((flags & ZLIB) == 0) {
            throw new SessionFormatException("compressed by something else than zlib, flags 0x"
                    + Integer.toHexString(flags) + " (expected: memcached.compression_type = zlib)");
        }
        return inflate(value);
    }

    /** Its length, in the byte order of the machine that wrote it, stands before it. */
    private static byte[] inflate(byte[] value) throws SessionFormatException {
        if (value.length < Integer.BYTES) {
            throw new SessionFormatException("compressed value of " + value.length + " bytes");
        }
        int length = ByteBuffer.wrap(value).order(ByteOrder.LITTLE_ENDIAN).getInt();
        // zlib makes no more than a thousandth of anything
        if (length < 0 || length > MAX_LENGTH || length > 1032L * value.length) {
            throw new SessionFormatException(
                    "compressed value that claims " + Integer.toUnsignedString(length) + " bytes");
        }
        Inflater inflater = new Inflater();
        try {
            inflater.setInput(value, Integer.BYTES, value.length - Integer.BYTES);
            byte[] plain = new byte[length];
            int read = 0;
            while (read < length && !inflater.finished()) {
                int more = inflater.inflate(plain, read, length - read);
                if (more == 0 && !inflater.finished()) {
                    break;
                }
                read += more;
            }
            if (read != length) {
                throw new SessionFormatException("compressed value that ends in the middle");
            }
            return plain;
        } catch (DataFormatException e) {
            throw new SessionFormatException("compressed value that is no zlib stream");
        } finally {
            inflater.end();
        }
    }
}
