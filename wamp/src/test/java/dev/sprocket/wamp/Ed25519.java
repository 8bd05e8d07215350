package dev.sprocket.wamp;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.MessageDigest;
import java.security.Signature;
import java.security.spec.EdECPrivateKeySpec;
import java.security.spec.NamedParameterSpec;
import java.util.HexFormat;
import java.util.List;

/** Key pair of a client, generated with libsodium. */
record Ed25519(byte[] seed, String publicKey) {
    private static final List<String> PUBLIC = List.of(
            "1865d8bde8a83a5bc44fcfc7c28b0fa63b76b30347b4a7c8b9270033aa84f08a",
            "815d5615fc6f1b47d0f9bcac37a95341fe6f88e1b6351a47cabf76948be2df13");

    static Ed25519 of(int number) {
        try {
            byte[] seed = MessageDigest.getInstance("SHA-256")
                    .digest(("sprocket cryptosign " + number).getBytes(StandardCharsets.UTF_8));
            return new Ed25519(seed, PUBLIC.get(number - 1));
        } catch (GeneralSecurityException e) {
            throw new AssertionError(e);
        }
    }

    String sign(byte[] message) {
        try {
            Signature signature = Signature.getInstance("Ed25519");
            signature.initSign(KeyFactory.getInstance("Ed25519")
                    .generatePrivate(new EdECPrivateKeySpec(NamedParameterSpec.ED25519, seed)));
            signature.update(message);
            return HexFormat.of().formatHex(signature.sign());
        } catch (GeneralSecurityException e) {
            throw new AssertionError(e);
        }
    }
}
