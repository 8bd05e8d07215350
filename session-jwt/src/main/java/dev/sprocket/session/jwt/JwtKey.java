package dev.sprocket.session.jwt;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSVerifier;
import com.nimbusds.jose.crypto.ECDSAVerifier;
import com.nimbusds.jose.crypto.MACVerifier;
import com.nimbusds.jose.crypto.RSASSAVerifier;
import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.KeyUse;
import com.nimbusds.jose.jwk.OctetKeyPair;
import com.nimbusds.jose.jwk.OctetSequenceKey;
import com.nimbusds.jose.jwk.RSAKey;
import java.security.PublicKey;
import java.security.interfaces.ECPublicKey;
import java.security.interfaces.EdECPublicKey;
import java.security.interfaces.RSAPublicKey;
import org.jspecify.annotations.Nullable;

/**
 * Verification key and its algorithm.
 *
 * <p>The algorithm in the header of a token never determines how a key is used (RFC 8725 3.1).
 */
record JwtKey(@Nullable String id, JWSAlgorithm algorithm, JWSVerifier verifier) {
    /** Minimum length of a secret, the length of the digest (RFC 7518 3.2). */
    private static final int SECRET_BYTES = 32;
    /** Minimum length of an RSA key (RFC 7518 3.3). */
    private static final int RSA_BITS = 2048;

    static JwtKey secret(@Nullable String id, byte[] secret) {
        if (secret.length < SECRET_BYTES) {
            throw new IllegalArgumentException(
                    "secret of " + secret.length + " bytes (expected: >= " + SECRET_BYTES + ", RFC 7518 3.2)");
        }
        try {
            return new JwtKey(id, JWSAlgorithm.HS256, new MACVerifier(secret));
        } catch (JOSEException e) {
            throw new IllegalArgumentException("secret: " + e.getMessage(), e);
        }
    }

    static JwtKey publicKey(@Nullable String id, PublicKey key) {
        if (key instanceof RSAPublicKey rsa) {
            if (rsa.getModulus().bitLength() < RSA_BITS) {
                throw new IllegalArgumentException("RSA key of "
                        + rsa.getModulus().bitLength() + " bits (expected: >= " + RSA_BITS + ", RFC 7518 3.3)");
            }
            return new JwtKey(id, JWSAlgorithm.RS256, new RSASSAVerifier(rsa));
        }
        if (key instanceof ECPublicKey ec && Curve.P_256.equals(Curve.forECParameterSpec(ec.getParams()))) {
            try {
                return new JwtKey(id, JWSAlgorithm.ES256, new ECDSAVerifier(ec));
            } catch (JOSEException e) {
                throw new IllegalArgumentException("key: " + e.getMessage(), e);
            }
        }
        if (key instanceof EdECPublicKey ed && ed.getParams().getName().equals(Ed25519.NAME)) {
            return new JwtKey(id, JWSAlgorithm.EdDSA, new Ed25519(ed));
        }
        throw new IllegalArgumentException(
                "key: " + key.getAlgorithm() + " (expected: RSA, EC on the curve P-256, or Ed25519)");
    }

    /** Returns a key of a JWKS (RFC 7517); {@code null} if it cannot verify tokens. */
    static @Nullable JwtKey of(JWK jwk) throws JOSEException {
        if (jwk.getKeyUse() != null && !KeyUse.SIGNATURE.equals(jwk.getKeyUse())) {
            return null;
        }
        JwtKey key;
        if (jwk instanceof RSAKey rsa) {
            key = publicKey(jwk.getKeyID(), rsa.toRSAPublicKey());
        } else if (jwk instanceof ECKey ec && Curve.P_256.equals(ec.getCurve())) {
            key = publicKey(jwk.getKeyID(), ec.toECPublicKey());
        } else if (jwk instanceof OctetKeyPair pair && Curve.Ed25519.equals(pair.getCurve())) {
            key = publicKey(jwk.getKeyID(), Ed25519.key(pair.getDecodedX()));
        } else if (jwk instanceof OctetSequenceKey secret) {
            key = secret(jwk.getKeyID(), secret.toByteArray());
        } else {
            return null;
        }
        boolean other = jwk.getAlgorithm() != null
                && !jwk.getAlgorithm().getName().equals(key.algorithm.getName())
                && !(key.algorithm.equals(JWSAlgorithm.EdDSA)
                        && jwk.getAlgorithm().getName().equals(Ed25519.NAME));
        return other ? null : key;
    }

    /** Reports whether the key matches the algorithm and key id of a token. */
    boolean matches(JWSAlgorithm claimed, @Nullable String keyId) {
        boolean same = algorithm.equals(claimed)
                || algorithm.equals(JWSAlgorithm.EdDSA) && JWSAlgorithm.Ed25519.equals(claimed);
        return same && (keyId == null || id == null || id.equals(keyId));
    }
}
