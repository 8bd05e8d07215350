package dev.sprocket.bench.peer;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.util.Base64;
import java.util.concurrent.TimeUnit;

/**
 * Self-signed certificate of the servers, with a key of EC P-256.
 *
 * <p>Created by {@code keytool} on first use, as {@code cert.pem} and {@code key.pem}, which all servers can read.
 */
public final class ServerCertificate {
    private static final String PASSWORD = "secret";
    private static final String ALIAS = "bench";

    private ServerCertificate() {}

    /** Returns the folder of the files. */
    public static synchronized Path folder() throws IOException, InterruptedException {
        Path folder = WorkFolder.folder("tls").toAbsolutePath();
        if (!Files.exists(folder.resolve("key.pem"))) {
            create(folder);
        }
        return folder;
    }

    public static Path certificate(Path folder) {
        return folder.resolve("cert.pem");
    }

    public static Path key(Path folder) {
        return folder.resolve("key.pem");
    }

    private static void create(Path folder) throws IOException, InterruptedException {
        Path store = folder.resolve("store.p12");
        Files.deleteIfExists(store);
        Process keytool = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "keytool")
                                .toString(),
                        "-genkeypair",
                        "-alias",
                        ALIAS,
                        "-keyalg",
                        "EC",
                        "-groupname",
                        "secp256r1",
                        "-dname",
                        "CN=localhost",
                        "-validity",
                        "3650",
                        "-storetype",
                        "PKCS12",
                        "-keystore",
                        store.toString(),
                        "-storepass",
                        PASSWORD)
                .redirectErrorStream(true)
                .redirectOutput(folder.resolve("keytool.log").toFile())
                .start();
        if (!keytool.waitFor(1, TimeUnit.MINUTES) || keytool.exitValue() != 0) {
            throw new IllegalStateException("keytool failed; see " + folder.resolve("keytool.log"));
        }
        try {
            KeyStore keys = KeyStore.getInstance(store.toFile(), PASSWORD.toCharArray());
            pem(certificate(folder), "CERTIFICATE", keys.getCertificate(ALIAS).getEncoded());
            pem(
                    key(folder),
                    "PRIVATE KEY",
                    keys.getKey(ALIAS, PASSWORD.toCharArray()).getEncoded());
        } catch (GeneralSecurityException e) {
            throw new IOException(e);
        }
    }

    private static void pem(Path file, String type, byte[] der) throws IOException {
        Base64.Encoder encoder = Base64.getMimeEncoder(64, "\n".getBytes(StandardCharsets.US_ASCII));
        Files.writeString(
                file,
                "-----BEGIN " + type + "-----\n" + encoder.encodeToString(der) + "\n-----END " + type + "-----\n");
    }
}
