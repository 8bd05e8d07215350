package dev.sprocket.wamp.auth;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.HexFormat;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Keys and signatures computed by libsodium and autobahn-python 22.7.1. */
@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
final class KnownAnswersTest {
    private static final String CHALLENGE =
            "{\"authid\":\"peter\",\"nonce\":\"LHRTC9zeOIrt_9U3\",\"session\":3251278072152162}";

    @Test
    void cra_key_matches_reference_implementation() {
        assertThat(CraSecret.derive("correct horse", "salt123", 1000, 32).derived())
                .isEqualTo("DbSbNn7vXOI9PMu5pmX7xtyIoPbeJdP3FGuU9mUISfI=");
        assertThat(CraSecret.derive("pässword", "0a1b2c3d", 4096, 16).derived()).isEqualTo("wJjDqNbqb2ySMwezHpuvlQ==");
    }

    @Test
    void cra_signature_matches_reference_implementation() {
        CraSecret salted = CraSecret.salted("DbSbNn7vXOI9PMu5pmX7xtyIoPbeJdP3FGuU9mUISfI=", "salt123", 1000);

        assertThat(CraSecret.of("secret").isSignature(CHALLENGE, "H/bDylE4ENNFsBFvjGT/KUbF3d4YiZwztWRfXm3sH4E="))
                .isTrue();
        assertThat(salted.isSignature(CHALLENGE, "pE0NrOY+3dEeK+OnZmKPTypqdC4D7Xrb0hwNgCxgrpY="))
                .isTrue();
        assertThat(salted.isSignature(CHALLENGE, "H/bDylE4ENNFsBFvjGT/KUbF3d4YiZwztWRfXm3sH4E="))
                .isFalse();
        assertThat(salted.isSignature(CHALLENGE + " ", "pE0NrOY+3dEeK+OnZmKPTypqdC4D7Xrb0hwNgCxgrpY="))
                .isFalse();
    }

    @ParameterizedTest
    @CsvSource({
        "1865d8bde8a83a5bc44fcfc7c28b0fa63b76b30347b4a7c8b9270033aa84f08a,"
                + "ac32f650fe3528143e1d45d7f584ccb92fa144e3983c691f0b55a5196fa0bb52,"
                + "4c3586439f1fa698927382ea704747c47928cefe8f8126720bcadef243c57503"
                + "9c97f6589777ae218624ebe1d03de60a7fa55935efa607b1f0723b3b7abcfe0a",
        "815d5615fc6f1b47d0f9bcac37a95341fe6f88e1b6351a47cabf76948be2df13,"
                + "a92a30e1bfcccd5c4abe986fda3f70acaa6acb2d6450dfb1546e6b8d86fd794c,"
                + "51cd4f9d62675e32ce94fb925ee84253b5f02bc16a621a3569dfeb49c807ebb5"
                + "8b4d86aa85028e62c9ac22a7680c17009ae3d8e677f487e14bbe4f5706508a0d"
    })
    void cryptosign_signature_matches_reference_implementation(String publicKey, String challenge, String signature) {
        byte[] bytes = HexFormat.of().parseHex(challenge);
        assertThat(CryptosignMethod.isSignature(publicKey, bytes, signature + challenge))
                .isTrue();
        assertThat(CryptosignMethod.isSignature(publicKey, bytes, signature.replace('0', '1') + challenge))
                .isFalse();
        assertThat(CryptosignMethod.isSignature(publicKey, bytes, signature + "0".repeat(64)))
                .isFalse();
        assertThat(CryptosignMethod.isSignature(publicKey, "other".getBytes(UTF_8), signature + challenge))
                .isFalse();
        assertThat(CryptosignMethod.isSignature(challenge, bytes, signature + challenge))
                .isFalse();
    }
}
