package dev.sprocket.session.jwt;

import com.google.errorprone.annotations.ThreadSafe;
import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.JWSVerifier;
import com.nimbusds.jose.jca.JCAContext;
import com.nimbusds.jose.util.Base64URL;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PublicKey;
import java.security.Signature;
import java.security.SignatureException;
import java.security.interfaces.EdECPublicKey;
import java.security.spec.X509EncodedKeySpec;
import java.util.HexFormat;
import java.util.Set;

/**
 * EdDSA verifier (RFC 8037) of the JDK.
 *
 * <p>The JWT library would need another library; the JDK supports EdDSA since version 15.
 */
@ThreadSafe
final class Ed25519 implements JWSVerifier {
    static final String NAME = "Ed25519";

    /** Prefix of a 32-byte key in a SubjectPublicKeyInfo (RFC 8410 4). */
    private static final String KEY_INFO_PREFIX = "302a300506032b6570032100";

    private final PublicKey key;
    private final JCAContext context = new JCAContext();

    Ed25519(EdECPublicKey key) {
        this.key = key;
    }

    static PublicKey key(byte[] x) {
        try {
            byte[] info =
                    HexFormat.of().parseHex(KEY_INFO_PREFIX + HexFormat.of().formatHex(x));
            return KeyFactory.getInstance(NAME).generatePublic(new X509EncodedKeySpec(info));
        } catch (GeneralSecurityException e) {
            throw new IllegalArgumentException("Ed25519 key of " + x.length + " bytes (expected: 32)", e);
        }
    }

    @Override
    public boolean verify(JWSHeader header, byte[] signed, Base64URL signature) throws JOSEException {
        try {
            Signature verifier = Signature.getInstance(NAME);
            verifier.initVerify(key);
            verifier.update(signed);
            return verifier.verify(signature.decode());
        } catch (SignatureException e) { // signature of wrong length
            return false;
        } catch (GeneralSecurityException e) {
            throw new JOSEException(e.getMessage(), e);
        }
    }

    @Override
    public Set<JWSAlgorithm> supportedJWSAlgorithms() {
        return Set.of(JWSAlgorithm.EdDSA, JWSAlgorithm.Ed25519);
    }

    @Override
    public JCAContext getJCAContext() {
        return context;
    }
}
