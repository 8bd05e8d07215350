package dev.sprocket.core.tls;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Tests key files in every format that OpenSSL 3 writes. */
@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
class PemFilesTest {
    @TempDir
    Path folder;

    private static String text(String name) throws IOException {
        try (var in = PemFilesTest.class.getResourceAsStream("pem/" + name + ".pem")) {
            return new String(in.readAllBytes(), StandardCharsets.US_ASCII);
        }
    }

    private Path file(String... names) throws IOException {
        StringBuilder all = new StringBuilder();
        for (String name : names) {
            all.append(text(name));
        }
        return Files.writeString(folder.resolve(String.join("+", names) + ".pem"), all);
    }

    private static Tls tls(Path chain, Path key, @Nullable String passphrase) throws IOException {
        Tls.Builder builder = Tls.builder();
        return (passphrase == null ? builder.pem(chain, key) : builder.pem(chain, key, passphrase)).build();
    }

    @ParameterizedTest
    @CsvSource({
        "rsa-cert, rsa-pkcs1",
        "ec-cert, ec-sec1",
        "ec-cert, ec-sec1-nopub",
        "p384-cert, p384",
        "ed-cert, ed",
        "pss-cert, pss"
    })
    void reads_key_without_passphrase(String chain, String key) throws Exception {
        assertThat(tls(file(chain), file(key), null)).isNotNull();
    }

    @ParameterizedTest
    @CsvSource({
        "rsa-cert, rsa-pkcs1-aes128",
        "rsa-cert, rsa-pkcs1-aes256",
        "rsa-cert, rsa-pkcs1-des3",
        "ec-cert, ec-sec1-aes256",
        "ec-cert, ec-pkcs8-default",
        "ec-cert, ec-pkcs8-pbe3des"
    })
    void encrypted_key_requires_its_passphrase(String chain, String key) throws Exception {
        Path file = file(key);

        assertThat(tls(file(chain), file, "open")).isNotNull();
        assertThatThrownBy(() -> tls(file(chain), file, "wrong")).hasMessage(file + ": wrong passphrase");
        assertThatThrownBy(() -> tls(file(chain), file, null))
                .hasMessage(file + ": encrypted private key (expected: a passphrase)");
    }

    @ParameterizedTest
    @ValueSource(strings = {"ec-pkcs8-des3", "ec-pkcs8-scrypt"})
    void unsupported_encryption_error_suggests_a_command(String key) throws Exception {
        Path file = file(key);

        assertThatThrownBy(() -> tls(file("ec-cert"), file, "open"))
                .hasMessage(file + ": unsupported encryption (expected: AES, as written by"
                        + " openssl pkcs8 -topk8 -v2 aes-256-cbc)");
    }

    @ParameterizedTest
    @CsvSource({"ec-sec1, ec-cert", "ec-cert, ec-sec1", "rsa-pkcs1, rsa-cert", "ed-cert, ed"})
    void one_file_may_contain_key_and_chain(String first, String second) throws Exception {
        Path both = file(first, second);

        assertThat(tls(both, both, null)).isNotNull();
    }

    @Test
    void ignores_line_ends_and_text_between_blocks() throws Exception {
        Path windows = Files.writeString(
                folder.resolve("windows.pem"),
                "\ufeffBag Attributes\r\n    friendlyName: mine\r\n"
                        + (text("ec-sec1-aes256") + text("ec-cert")).replace("\n", "\r\n"));

        assertThat(tls(windows, windows, "open")).isNotNull();
    }

    @Test
    void error_names_key_that_does_not_match_chain() throws Exception {
        Path chain = file("ec-cert");
        Path key = file("rsa-pkcs1");

        assertThatThrownBy(() -> tls(chain, key, null))
                .hasMessage(key + ": not the key of the first certificate in " + chain);
    }

    @Test
    void errors_name_the_file_without_class_names() throws Exception {
        Path chain = file("ec-cert");
        Path explicit = file("ec-sec1-explicit");
        Path truncated = Files.writeString(
                folder.resolve("truncated.pem"), text("ec-sec1").substring(0, 150));
        Path short1 = folder.resolve("short.pem");
        Files.writeString(short1, TestCertificate.pem("RSA PRIVATE KEY", new byte[] {0x30, 3, 2, 1, 0}));
        Path ssh = Files.writeString(
                folder.resolve("ssh.pem"), TestCertificate.pem("OPENSSH PRIVATE KEY", new byte[] {1}));
        Path base64 = Files.writeString(
                folder.resolve("base64.pem"), "-----BEGIN EC PRIVATE KEY-----\n§$%\n-----END EC PRIVATE KEY-----\n");
        Path cipher = Files.writeString(
                folder.resolve("cipher.pem"), text("ec-sec1-aes256").replace("AES-256-CBC", "CAMELLIA-256-CBC"));
        Path lying = Files.writeString(
                folder.resolve("lying.pem"),
                TestCertificate.pem("EC PRIVATE KEY", new byte[] {0x30, (byte) 0x84, 0x7f, -1, -1, -1, 2}));
        Path directory = Files.createDirectory(folder.resolve("directory"));
        Path garbled =
                Files.writeString(folder.resolve("garbled.pem"), TestCertificate.pem("CERTIFICATE", new byte[] {1, 2}));
        Path text = Files.writeString(folder.resolve("text.pem"), "not a certificate");

        for (Path key : Arrays.asList(explicit, truncated, short1, ssh, base64, cipher, lying, directory)) {
            assertThatThrownBy(() -> tls(chain, key, "open"))
                    .isInstanceOf(IOException.class)
                    .hasMessageStartingWith(key + ": ")
                    .message()
                    .doesNotContainPattern("[a-z]\\.[A-Z]|Exception|Der[A-Z]");
        }
        for (Path certificates : Arrays.asList(garbled, text, directory, file("ec-sec1"))) {
            assertThatThrownBy(() -> tls(certificates, file("ec-sec1"), null))
                    .isInstanceOf(IOException.class)
                    .hasMessageStartingWith(certificates + ": ")
                    .message()
                    .doesNotContainPattern("[a-z]\\.[A-Z]|Exception|Der[A-Z]");
        }
    }
}
