package dev.sprocket.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.netty.buffer.UnpooledByteBufAllocator;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.AlgorithmParameters;
import java.util.List;
import java.util.stream.Stream;
import javax.crypto.Cipher;
import javax.crypto.EncryptedPrivateKeyInfo;
import javax.crypto.SecretKeyFactory;
import javax.crypto.spec.PBEKeySpec;
import javax.net.ssl.SSLEngine;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
class TlsFilesTest {
    @TempDir
    Path folder;

    private final Identity one = Identity.named("one");

    private static Path encrypted(Identity identity, String algorithm, Path file) throws Exception {
        Cipher cipher = Cipher.getInstance(algorithm);
        cipher.init(
                Cipher.ENCRYPT_MODE,
                SecretKeyFactory.getInstance(algorithm).generateSecret(new PBEKeySpec("open".toCharArray())));
        byte[] sealed = cipher.doFinal(identity.key.getEncoded());
        AlgorithmParameters parameters = cipher.getParameters();
        if (algorithm.contains("AES")) {
            // the JDK knows the object identifier of these under this name only (RFC 8018 6.2)
            parameters = AlgorithmParameters.getInstance("PBES2");
            parameters.init(cipher.getParameters().getEncoded());
        }
        return Files.writeString(
                file,
                Identity.pem("ENCRYPTED PRIVATE KEY", new EncryptedPrivateKeyInfo(parameters, sealed).getEncoded()));
    }

    private SSLEngine engine(Tls tls) {
        return tls.handler(UnpooledByteBufAllocator.DEFAULT, List.of()).engine();
    }

    @Test
    void only_tls_1_3_and_1_2_with_forward_secrecy_are_offered() throws Exception {
        SSLEngine engine = engine(one.tls(folder));

        assertThat(engine.getEnabledProtocols()).containsExactlyInAnyOrder("TLSv1.3", "TLSv1.2");
        assertThat(Stream.of(engine.getEnabledCipherSuites()))
                .isNotEmpty()
                .allMatch(name -> name.startsWith("TLS_ECDHE_") || !name.contains("_WITH_"))
                .allMatch(name -> name.contains("_GCM_") || name.contains("_POLY1305_"));
    }

    @Test
    void versions_restricts_what_the_handshake_offers() throws Exception {
        Tls tls = Tls.builder()
                .pem(one.writeChain(folder.resolve("chain.pem")), one.writeKey(folder.resolve("key.pem")))
                .versions("TLSv1.3")
                .build();

        assertThat(engine(tls).getEnabledProtocols()).containsExactly("TLSv1.3");
    }

    @ParameterizedTest
    @ValueSource(strings = {"TLSv9", "TLSv1.1", "SSLv3", "tlsv1.3", "h2", ""})
    void unknown_version_is_refused(String name) {
        assertThatThrownBy(() -> Tls.builder().versions("TLSv1.3", name))
                .hasMessage("TLS versions: [TLSv1.3, " + name + "] (expected: one or both of [TLSv1.3, TLSv1.2])");
        assertThatThrownBy(() -> Tls.builder().versions()).isInstanceOf(IllegalArgumentException.class);
    }

    @ParameterizedTest
    @ValueSource(strings = {"PBEWithHmacSHA256AndAES_256", "PBEWithSHA1AndDESede"})
    void a_key_may_have_a_passphrase(String algorithm) throws Exception {
        Path chain = one.writeChain(folder.resolve("chain.pem"));
        Path key = encrypted(one, algorithm, folder.resolve("key.pem"));

        assertThat(engine(Tls.builder().pem(chain, key, "open").build())).isNotNull();
        assertThatThrownBy(() -> Tls.builder().pem(chain, key, "wrong").build())
                .isInstanceOf(IOException.class)
                .hasMessageStartingWith(key + ": wrong passphrase");
        assertThatThrownBy(() -> Tls.pem(chain, key))
                .hasMessage(key + ": encrypted private key (expected: a passphrase)");
    }

    @Test
    void a_key_store_will_do() throws Exception {
        Path store = one.writeStore(folder.resolve("store.p12"));

        assertThat(engine(Tls.keyStore(store, Identity.PASSWORD))).isNotNull();
        assertThatThrownBy(() -> Tls.keyStore(store, "wrong"))
                .isInstanceOf(IOException.class)
                .hasMessageStartingWith(store + ": ")
                .hasMessageContaining("password was incorrect");
    }

    @Test
    void a_key_that_belongs_to_another_certificate_is_refused() throws Exception {
        Path chain = one.writeChain(folder.resolve("chain.pem"));
        for (Identity other : List.of(Identity.named("two"), Identity.named("rsa", "RSA"))) {
            Path key = other.writeKey(folder.resolve("other.pem"));
            assertThatThrownBy(() -> Tls.pem(chain, key))
                    .isInstanceOf(IOException.class)
                    .hasMessage(key + ": not the key of the first certificate in " + chain);
        }
    }

    @Test
    void files_that_are_missing_or_hold_something_else_are_named() throws Exception {
        Path chain = one.writeChain(folder.resolve("chain.pem"));
        Path key = one.writeKey(folder.resolve("key.pem"));
        Path missing = folder.resolve("missing.pem");
        Path old = Files.writeString(folder.resolve("old.pem"), Identity.pem("EC PRIVATE KEY", new byte[] {1, 2}));
        Path empty = Files.writeString(folder.resolve("empty.pem"), "");
        Path broken = Files.writeString(folder.resolve("broken.pem"), Identity.pem("CERTIFICATE", new byte[] {1, 2}));
        Path rubbish = Files.writeString(folder.resolve("rubbish.pem"), Identity.pem("PRIVATE KEY", new byte[] {1, 2}));

        assertThatThrownBy(() -> Tls.pem(missing, key)).hasMessage(missing + ": no such file");
        assertThatThrownBy(() -> Tls.pem(chain, missing)).hasMessage(missing + ": no such file");
        assertThatThrownBy(() -> Tls.pem(chain, old))
                .hasMessage(old + ": EC PRIVATE KEY: too short (expected: SEC 1, RFC 5915)");
        assertThatThrownBy(() -> Tls.pem(empty, key))
                .hasMessage(empty + ": no certificate (expected: certificates in PEM)");
        assertThatThrownBy(() -> Tls.pem(broken, key))
                .isInstanceOf(IOException.class)
                .hasMessageStartingWith(broken + ": ");
        assertThatThrownBy(() -> Tls.pem(chain, chain))
                .hasMessage(chain + ": no private key (expected: BEGIN PRIVATE KEY)");
        assertThatThrownBy(() -> Tls.pem(chain, rubbish))
                .hasMessage(
                        rubbish + ": unknown key algorithm (expected: one of [RSA, EC, Ed25519, Ed448, RSASSA-PSS])");
        assertThatThrownBy(() -> Tls.keyStore(chain, "x"))
                .hasMessageContaining("(expected: a PKCS #12 or JKS key store)");
        assertThatThrownBy(() -> Tls.builder().build())
                .hasMessage("no certificate (expected: pem or keyStore before build)");
    }

    @Test
    void neither_key_nor_password_is_in_its_text() throws Exception {
        Tls tls = Tls.keyStore(one.writeStore(folder.resolve("store.p12")), Identity.PASSWORD);

        assertThat(tls).hasToString("TLS with " + folder.resolve("store.p12"));
    }
}
