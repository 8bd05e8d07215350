package dev.sprocket.core.tls;

import static dev.sprocket.core.tls.DerReader.INTEGER;
import static dev.sprocket.core.tls.DerReader.OCTET_STRING;
import static dev.sprocket.core.tls.DerReader.SEQUENCE;

import com.google.errorprone.annotations.ThreadSafe;
import java.io.ByteArrayOutputStream;

/** Converts older formats of private keys to PKCS #8 (RFC 5208), which the JDK requires. */
@ThreadSafe
final class Pkcs8 {
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
        DerReader key = new DerReader(sec1).enter(SEQUENCE);
        while (key.hasMore()) {
            if (key.isNext(PARAMETERS)) {
                return key.value(PARAMETERS);
            }
            key.skip();
        }
        throw new IllegalArgumentException("no curve");
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
