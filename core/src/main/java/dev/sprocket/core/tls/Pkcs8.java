package dev.sprocket.core.tls;

import com.google.errorprone.annotations.ThreadSafe;
import java.io.ByteArrayOutputStream;
import java.util.Arrays;

/** Converts older formats of private keys to PKCS #8 (RFC 5208), which the JDK requires. */
@ThreadSafe
final class Pkcs8 {
    private static final int SEQUENCE = 0x30;
    private static final int INTEGER = 0x02;
    private static final int OCTET_STRING = 0x04;
    private static final int PARAMETERS = 0xa0;

    private static final byte[] VERSION = {INTEGER, 1, 0};
    /** rsaEncryption with its NULL (RFC 8017 A.1). */
    private static final byte[] RSA = {
        SEQUENCE, 13, 6, 9, 0x2a, (byte) 0x86, 0x48, (byte) 0x86, (byte) 0xf7, 0x0d, 1, 1, 1, 5, 0
    };
    /** id-ecPublicKey (RFC 5480 2.1.1). */
    private static final byte[] EC = {6, 7, 0x2a, (byte) 0x86, 0x48, (byte) 0xce, 0x3d, 2, 1};

    private Pkcs8() {}

    /** Converts an {@code RSAPrivateKey} (PKCS #1, RFC 8017 A.1.2). */
    static byte[] rsa(byte[] pkcs1) {
        return tag(SEQUENCE, join(VERSION, RSA, tag(OCTET_STRING, pkcs1)));
    }

    /**
     * Converts an {@code ECPrivateKey} (SEC 1, RFC 5915). Throws {@link IllegalArgumentException} if it has no curve or
     * is malformed.
     */
    static byte[] ec(byte[] sec1) {
        byte[] algorithm = tag(SEQUENCE, join(EC, curve(sec1)));
        return tag(SEQUENCE, join(VERSION, algorithm, tag(OCTET_STRING, sec1)));
    }

    /** Reports whether the bytes begin with a sequence, as both formats do. Used to detect a wrong passphrase. */
    static boolean isSequence(byte[] der) {
        return der.length > 1 && der[0] == SEQUENCE;
    }

    private static byte[] curve(byte[] sec1) {
        int at = value(sec1, 0);
        int end = end(sec1, 0);
        while (at < end) {
            if ((sec1[at] & 0xff) == PARAMETERS) {
                return Arrays.copyOfRange(sec1, value(sec1, at), end(sec1, at));
            }
            at = end(sec1, at);
        }
        throw new IllegalArgumentException("no curve");
    }

    /** Returns the index of an element's value. */
    private static int value(byte[] der, int at) {
        if (at + 2 > der.length) {
            throw new IllegalArgumentException("too short");
        }
        int first = der[at + 1] & 0xff;
        return at + 2 + (first < 0x80 ? 0 : first & 0x7f);
    }

    /** Returns the index of an element's end. */
    private static int end(byte[] der, int at) {
        int start = value(der, at);
        long length = der[at + 1] & 0xff;
        if (length >= 0x80) {
            length = 0;
            for (int i = at + 2; i < start && i < der.length; i++) {
                length = length << 8 | der[i] & 0xff;
            }
        }
        if (length < 0 || start + length > der.length) {
            throw new IllegalArgumentException("too short");
        }
        return (int) (start + length);
    }

    private static byte[] tag(int tag, byte[] value) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        out.write(tag);
        if (value.length < 0x80) {
            out.write(value.length);
        } else {
            int bytes = value.length < 0x100 ? 1 : value.length < 0x10000 ? 2 : value.length < 0x1000000 ? 3 : 4;
            out.write(0x80 | bytes);
            for (int shift = (bytes - 1) * 8; shift >= 0; shift -= 8) {
                out.write(value.length >>> shift);
            }
        }
        out.writeBytes(value);
        return out.toByteArray();
    }

    private static byte[] join(byte[]... parts) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        for (byte[] part : parts) {
            out.writeBytes(part);
        }
        return out.toByteArray();
    }
}
