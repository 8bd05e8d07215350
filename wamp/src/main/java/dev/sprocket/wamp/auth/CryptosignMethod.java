package dev.sprocket.wamp.auth;

import com.google.errorprone.annotations.ThreadSafe;
import dev.sprocket.core.internal.text.SafeText;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.security.Signature;
import java.security.spec.X509EncodedKeySpec;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.regex.Pattern;

/** WAMP-cryptosign: the client signs a challenge with its Ed25519 private key. */
@ThreadSafe
final class CryptosignMethod implements WampAuthenticator {
    private static final String NAME = "cryptosign";
    private static final Pattern KEY = Pattern.compile("[0-9a-f]{64}");
    /** Signature followed by the signed challenge, in hexadecimal. */
    private static final Pattern SIGNATURE = Pattern.compile("[0-9a-fA-F]{192}");

    private static final HexFormat HEX = HexFormat.of();
    /** X.509 prefix of the 32 bytes of a public key (RFC 8410 4). */
    private static final String X509 = "302a300506032b6570032100";

    private static final SecureRandom RANDOM = new SecureRandom();

    private final CredentialAuthenticator.KeyCheck check;

    CryptosignMethod(CredentialAuthenticator.KeyCheck check) {
        this.check = check;
    }

    static boolean appliesTo(WampAuthenticator.JoinRequest request) {
        Object key = request.authextra().get("pubkey");
        return key instanceof String text
                ? KEY.matcher(text.toLowerCase(Locale.ROOT)).matches()
                : key != null;
    }

    static CredentialAuthenticator.KeyCheck fixed(List<UserCredential<String>> credentials) {
        List<UserCredential<String>> all = new ArrayList<>();
        for (UserCredential<String> credential : credentials) {
            String key = credential.credential().toLowerCase(Locale.ROOT);
            if (!KEY.matcher(key).matches()) {
                throw new IllegalArgumentException("public key of "
                        + credential.user().authid() + ": " + key.length()
                        + " characters (expected: 64 hexadecimal digits)");
            }
            all.add(new UserCredential<>(credential.user(), key));
        }
        return (authid, key) -> CompletableFuture.completedStage(all.stream()
                .filter(credential -> credential.credential().equals(key))
                .map(UserCredential::user)
                .filter(user -> authid == null || authid.equals(user.authid()))
                .findFirst());
    }

    /** Sends a challenge without {@code channel_binding}, which tells the client that it is not supported. */
    @Override
    public AuthResult authenticate(WampAuthenticator.JoinRequest request) {
        if (!(request.authextra().get("pubkey") instanceof String text)) {
            return AuthResult.deny(
                    "wamp.error.invalid_argument",
                    "pubkey: "
                            + SafeText.excerpt(
                                    String.valueOf(request.authextra().get("pubkey"))) + " (expected: a string)");
        }
        String key = text.toLowerCase(Locale.ROOT);
        byte[] challenge = new byte[32];
        RANDOM.nextBytes(challenge);
        return AuthResult.challenge(NAME, Map.of("challenge", HEX.formatHex(challenge)), (response, extra) -> {
            boolean valid = isSignature(key, challenge, response);
            return AuthResult.later(check.check(request.authid().orElse(null), key)
                    .thenApply(found -> CredentialAuthenticator.result(NAME, found.filter(user -> valid))));
        });
    }

    /** Reports whether a response consists of the signature of a challenge and that challenge. */
    static boolean isSignature(String publicKey, byte[] challenge, String response) {
        if (!SIGNATURE.matcher(response).matches()) {
            return false;
        }
        byte[] bytes = HEX.parseHex(response);
        try {
            Signature signature = Signature.getInstance("Ed25519");
            signature.initVerify(KeyFactory.getInstance("Ed25519")
                    .generatePublic(new X509EncodedKeySpec(HEX.parseHex(X509 + publicKey))));
            signature.update(challenge);
            return signature.verify(bytes, 0, 64) && MessageDigest.isEqual(challenge, HEX.parseHex(response, 128, 192));
        } catch (GeneralSecurityException e) {
            // malformed key or signature: not distinguished from a wrong signature
            return false;
        }
    }
}
