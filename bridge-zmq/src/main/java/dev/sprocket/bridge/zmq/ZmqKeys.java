package dev.sprocket.bridge.zmq;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import com.google.errorprone.annotations.Immutable;
import org.jspecify.annotations.Nullable;
import org.zeromq.ZMQ;

/**
 * CURVE key pair, each key as 40 characters of Z85 (ZeroMQ RFC 32).
 *
 * <p>{@code zmq_curve_keypair} generates such keys.
 *
 * @param publicKey key that peers know
 * @param secretKey key that stays secret
 */
@Immutable
public record ZmqKeys(String publicKey, String secretKey) {
    /** Throws {@link IllegalArgumentException} for an invalid key. */
    public ZmqKeys {
        decode("publicKey", publicKey);
        decode("secretKey", secretKey);
    }

    /** Generates a key pair. */
    public static ZmqKeys generate() {
        ZMQ.Curve.KeyPair pair = ZMQ.Curve.generateKeyPair();
        return new ZmqKeys(pair.publicKey, pair.secretKey);
    }

    @CanIgnoreReturnValue
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
        } catch (RuntimeException e) { // invalid character
            return null;
        }
    }

    /** Returns the public key, without the secret one. */
    @Override
    public String toString() {
        return "keys of " + publicKey;
    }
}
