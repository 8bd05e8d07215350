package dev.sprocket.bridge.zmq;

import com.google.errorprone.annotations.Immutable;
import org.jspecify.annotations.Nullable;
import org.zeromq.ZMQ;

/**
 * A pair of CURVE keys, each as 40 characters of Z85 (ZeroMQ RFC 32), as {@code zmq_curve_keypair} gives them.
 *
 * @param publicKey what the other side is told
 * @param secretKey what nobody is told
 */
@Immutable
public record ZmqKeys(String publicKey, String secretKey) {
    /** Throws {@link IllegalArgumentException} unless both are keys. */
    public ZmqKeys {
        decode("publicKey", publicKey);
        decode("secretKey", secretKey);
    }

    /** A new pair. */
    public static ZmqKeys generate() {
        ZMQ.Curve.KeyPair pair = ZMQ.Curve.generateKeyPair();
        return new ZmqKeys(pair.publicKey, pair.secretKey);
    }

    static byte[] decode(String name, String z85) {
        byte[] key = z85.length() == ZMQ.Curve.KEY_SIZE_Z85 ? decoded(z85) : null;
        if (key == null || key.length != ZMQ.Curve.KEY_SIZE) {
            throw new IllegalArgumentException(name + " of " + z85.length() + " characters (expected: 40 of Z85)");
        }
        return key;
    }

    private static byte @Nullable [] decoded(String z85) {
        try {
            return ZMQ.Curve.z85Decode(z85);
        } catch (RuntimeException e) { // a character that is none of Z85
            return null;
        }
    }

    /** The public key alone. */
    @Override
    public String toString() {
        return "keys of " + publicKey;
    }
}
