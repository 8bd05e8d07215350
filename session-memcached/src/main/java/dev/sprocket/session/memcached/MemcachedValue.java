package dev.sprocket.session.memcached;

import dev.sprocket.session.spi.SessionFormatException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.zip.DataFormatException;
import java.util.zip.Inflater;

/**
 * Value in the format of php-memcached, described by its flags.
 *
 * <p>PHP's own sessions are plain. Values stored with {@code Memcached::set}, as by Symfony, are compressed if long.
 */
final class MemcachedValue {
    /** Flags of an uncompressed string. */
    static final int PLAIN = 0;

    private static final int TYPE = 0xF;
    private static final int COMPRESSED = 1 << 4;
    private static final int ZLIB = 1 << 5;
    /** Maximum length of a session: 16 MiB. */
    private static final int MAX_LENGTH = 16 << 20;

    private MemcachedValue() {}

    static byte[] decompress(byte[] value, int flags) throws SessionFormatException {
        if ((flags & TYPE) != PLAIN) {
            throw new SessionFormatException("value of type " + (flags & TYPE) + " (expected: 0, string)");
        }
        if ((flags & COMPRESSED) == 0) {
            return value;
        }
        if ((flags & ZLIB) == 0) {
            throw new SessionFormatException("unsupported compression, flags 0x" + Integer.toHexString(flags)
                    + " (expected: memcached.compression_type = zlib)");
        }
        return inflate(value);
    }

    /** Decompresses a value, which follows its length in little-endian order. */
    private static byte[] inflate(byte[] value) throws SessionFormatException {
        if (value.length < Integer.BYTES) {
            throw new SessionFormatException("compressed value of " + value.length + " bytes");
        }
        int length = ByteBuffer.wrap(value).order(ByteOrder.LITTLE_ENDIAN).getInt();
        // zlib compresses by a factor of 1032 at most
        if (length < 0 || length > MAX_LENGTH || length > 1032L * value.length) {
            throw new SessionFormatException(
                    "compressed value with invalid length " + Integer.toUnsignedString(length));
        }
        Inflater inflater = new Inflater();
        try {
            inflater.setInput(value, Integer.BYTES, value.length - Integer.BYTES);
            byte[] plain = new byte[length];
            int read = 0;
            while (read < length && !inflater.finished()) {
                int count = inflater.inflate(plain, read, length - read);
                if (count == 0 && !inflater.finished()) {
                    break;
                }
                read += count;
            }
            if (read != length) {
                throw new SessionFormatException("truncated compressed value");
            }
            return plain;
        } catch (DataFormatException e) {
            throw new SessionFormatException("compressed value is not a zlib stream");
        } finally {
            inflater.end();
        }
    }
}
