package dev.sprocket.wamp;

import com.google.errorprone.annotations.ThreadSafe;
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

/** WAMP-cryptosign: the client signs a challenge with its private key, Ed25519. */
@ThreadSafe
final class CryptosignMethod implements WampAuthenticator {
    private static final String NAME = "cryptosign";
    private static final Pattern KEY = Pattern.compile("[0-9a-f]{64}");
    /** A signature, and what was signed. */
    private static final Pattern SIGNATURE = Pattern.compile("[0-9a-fA-F]{192}");

    private static final HexFormat HEX = HexFormat.of();
    /** What is before the 32 bytes of a public key in its X.509 form (RFC 8410 4). */
    private static final String X509 = "302a300506032b6570032100";

    private static final SecureRandom RANDOM = new SecureRandom();

    private final CredentialAuthenticator.KeyCheck check;

    CryptosignMethod(CredentialAuthenticator.KeyCheck check) {
        this.check = check;
    }

    static boolean appliesTo(JoinRequest joining) {
        return KEY.matcher(key(joining)).matches();
    }

    private static String key(JoinRequest joining) {
        String key = new OptionReader(joining.authextra()).text("pubkey");
        return key == null ? "" : key.toLowerCase(Locale.ROOT);
    }

    static CredentialAuthenticator.KeyCheck fixed(List<UserCredential<String>> accounts) {
        List<UserCredential<String>> all = new ArrayList<>();
        for (UserCredential<String> account : accounts) {
            String key = account.credential().toLowerCase(Locale.ROOT);
            if (!KEY.matcher(key).matches()) {
                throw new IllegalArgumentException("public key of "
                        + account.user().authid() + ": " + key.length()
                        + " characters (expected: 64 hexadecimal digits)");
            }
            all.add(new UserCredential<>(account.user(), key));
        }
        return (authid, key) -> CompletableFuture.completedStage(all.stream()
                .filter(account -> account.credential().equals(key))
                .map(UserCredential::user)
                .filter(principal -> authid.isEmpty() || authid.get().equals(principal.authid()))
                .findFirst());
    }

    /** Does not say {@code channel_binding}, which is how a client learns that it did not get it. */
    @Override
    public AuthResult authenticate(JoinRequest joining) {
        String key = key(joining);
        byte[] challenge = new byte[32];
        RANDOM.nextBytes(challenge);
        return AuthResult.challenge(NAME, Map.of("challenge", HEX.formatHex(challenge)), (answer, extra) -> {
            boolean good = isSignature(key, challenge, answer);
            return AuthResult.later(check.check(joining.authid(), key)
                    .thenApply(found -> CredentialAuthenticator.result(NAME, found.filter(p -> good))));
        });
    }

    /** Whether an answer is the signature of a challenge, and that challenge. */
    static boolean isSignature(String publicKey, byte[] challenge, String answer) {
        if (!SIGNATURE.matcher(answer).matches()) {
            return false;
        }
        byte[] bytes = HEX.parseHex(answer);
        try {
            Signature signature = Signature.getInstance("Ed25519");
            signature.initVerify(KeyFactory.getInstance("Ed25519")
                    .generatePublic(new X509EncodedKeySpec(HEX.parseHex(X509 + publicKey))));
            signature.update(challenge);
            return signature.verify(bytes, 0, 64) && MessageDigest.isEqual(challenge, HEX.parseHex(answer, 128, 192));
        } catch (GeneralSecurityException e) {
            // no key, or no signature: nothing that could be told apart from a wrong one
            return false;
        }
    }
}
