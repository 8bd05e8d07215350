package dev.sprocket.core.tls;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.netty.buffer.UnpooledByteBufAllocator;
import io.netty.util.ReferenceCountUtil;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.AlgorithmParameters;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import javax.crypto.Cipher;
import javax.crypto.EncryptedPrivateKeyInfo;
import javax.crypto.SecretKeyFactory;
import javax.crypto.spec.PBEKeySpec;
import javax.net.ssl.SSLEngine;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
class TlsFilesTest {
    @TempDir
    Path folder;

    private final TestCertificate one = TestCertificate.named("one");

    private static Path encrypted(TestCertificate identity, String algorithm, Path file) throws Exception {
        Cipher cipher = Cipher.getInstance(algorithm);
        cipher.init(
                Cipher.ENCRYPT_MODE,
                SecretKeyFactory.getInstance(algorithm).generateSecret(new PBEKeySpec("open".toCharArray())));
        byte[] sealed = cipher.doFinal(identity.key.getEncoded());
        AlgorithmParameters parameters = cipher.getParameters();
        if (algorithm.contains("AES")) {
            // the JDK has the object identifier of these only under this name (RFC 8018 6.2)
            parameters = AlgorithmParameters.getInstance("PBES2");
            parameters.init(cipher.getParameters().getEncoded());
        }
        return Files.writeString(
                file,
                TestCertificate.pem(
                        "ENCRYPTED PRIVATE KEY", new EncryptedPrivateKeyInfo(parameters, sealed).getEncoded()));
    }

    private final List<SSLEngine> engines = new ArrayList<>();

    @AfterEach
    void release() {
        engines.forEach(ReferenceCountUtil::release);
    }

    private SSLEngine engine(Tls tls) {
        SSLEngine engine =
                tls.handler(UnpooledByteBufAllocator.DEFAULT, List.of()).engine();
        engines.add(engine);
        return engine;
    }

    /** Returns the versions without the pseudo version of Netty's OpenSSL. */
    private static Stream<String> versions(SSLEngine engine) {
        return Stream.of(engine.getEnabledProtocols()).filter(name -> !name.equals("SSLv2Hello"));
    }

    @ParameterizedTest
    @EnumSource(Tls.Provider.class)
    void offers_only_modern_versions_and_cipher_suites(Tls.Provider provider) throws Exception {
        TestCertificate.requireProvider(provider);
        SSLEngine engine = engine(one.tls(folder, provider));

        assertThat(versions(engine)).containsExactlyInAnyOrder("TLSv1.3", "TLSv1.2");
        assertThat(Stream.of(engine.getEnabledCipherSuites()))
                .isNotEmpty()
                .allMatch(name -> name.startsWith("TLS_ECDHE_") || !name.contains("_WITH_"))
                .allMatch(name -> name.contains("_GCM_") || name.contains("_POLY1305_"));
    }

    @ParameterizedTest
    @EnumSource(Tls.Provider.class)
    void versions_restricts_offered_versions(Tls.Provider provider) throws Exception {
        TestCertificate.requireProvider(provider);
        Tls tls = one.builder(folder, provider).versions("TLSv1.3").build();

        assertThat(versions(engine(tls))).containsExactly("TLSv1.3");
    }

    @ParameterizedTest
    @ValueSource(strings = {"TLSv9", "TLSv1.1", "SSLv3", "tlsv1.3", "h2", ""})
    void rejects_unknown_version(String name) {
        assertThatThrownBy(() -> Tls.builder().versions("TLSv1.3", name))
                .hasMessage("TLS versions: [TLSv1.3, " + name + "] (expected: one or both of [TLSv1.3, TLSv1.2])");
        assertThatThrownBy(() -> Tls.builder().versions()).isInstanceOf(IllegalArgumentException.class);
    }

    @ParameterizedTest
    @ValueSource(strings = {"PBEWithHmacSHA256AndAES_256", "PBEWithSHA1AndDESede"})
    void supports_encrypted_key(String algorithm) throws Exception {
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
    void supports_key_store() throws Exception {
        Path store = one.writeStore(folder.resolve("store.p12"));

        assertThat(engine(Tls.keyStore(store, TestCertificate.PASSWORD))).isNotNull();
        assertThatThrownBy(() -> Tls.keyStore(store, "wrong"))
                .isInstanceOf(IOException.class)
                .hasMessageStartingWith(store + ": ")
                .hasMessageContaining("password was incorrect");
    }

    @Test
    void rejects_key_of_another_certificate() throws Exception {
        Path chain = one.writeChain(folder.resolve("chain.pem"));
        for (TestCertificate other : List.of(TestCertificate.named("two"), TestCertificate.named("rsa", "RSA"))) {
            Path key = other.writeKey(folder.resolve("other.pem"));
            assertThatThrownBy(() -> Tls.pem(chain, key))
                    .isInstanceOf(IOException.class)
                    .hasMessage(key + ": not the key of the first certificate in " + chain);
        }
    }

    @Test
    void errors_name_missing_and_invalid_files() throws Exception {
        Path chain = one.writeChain(folder.resolve("chain.pem"));
        Path key = one.writeKey(folder.resolve("key.pem"));
        Path missing = folder.resolve("missing.pem");
        Path old =
                Files.writeString(folder.resolve("old.pem"), TestCertificate.pem("EC PRIVATE KEY", new byte[] {1, 2}));
        Path empty = Files.writeString(folder.resolve("empty.pem"), "");
        Path broken =
                Files.writeString(folder.resolve("broken.pem"), TestCertificate.pem("CERTIFICATE", new byte[] {1, 2}));
        Path rubbish =
                Files.writeString(folder.resolve("rubbish.pem"), TestCertificate.pem("PRIVATE KEY", new byte[] {1, 2}));

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
    void toString_contains_neither_key_nor_password() throws Exception {
        Tls tls = Tls.keyStore(one.writeStore(folder.resolve("store.p12")), TestCertificate.PASSWORD);

        assertThat(tls).hasToString("TLS with " + folder.resolve("store.p12"));
    }
}
