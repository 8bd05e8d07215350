package dev.sprocket.core.tls;

import com.google.errorprone.annotations.ThreadSafe;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Block of a PEM file (RFC 7468).
 *
 * <p>May have the headers of RFC 1421 that OpenSSL writes into older formats.
 *
 * @param type such as {@code CERTIFICATE}
 * @param encryption value of {@code DEK-Info}; empty if the block has none
 */
@ThreadSafe
record PemBlock(String type, String encryption, byte[] der) {
    private static final String BEGIN = "-----BEGIN ";
    private static final Pattern BLOCK =
            Pattern.compile(BEGIN + "([^-\r\n]+)-----(.*?)-----END \\1-----", Pattern.DOTALL);
    private static final Pattern HEADER = Pattern.compile("(?m)^([A-Za-z-]+): *(.*?)\\s*$");

    /** Returns the blocks of a file in order; empty if it is not PEM. */
    static List<PemBlock> read(Path file) throws IOException {
        return parse(file, TlsKeyPair.read(file));
    }

    static List<PemBlock> parse(Path file, byte[] bytes) throws IOException {
        String text = new String(bytes, StandardCharsets.ISO_8859_1);
        List<PemBlock> blocks = new ArrayList<>();
        Matcher block = BLOCK.matcher(text);
        int end = 0;
        while (block.find()) {
            blocks.add(block(file, block.group(1).trim(), block.group(2)));
            end = block.end();
        }
        if (text.indexOf(BEGIN, end) >= 0) {
            throw new IOException(file + ": last block is incomplete (expected: -----END …-----)");
        }
        return blocks;
    }

    private static PemBlock block(Path file, String type, String body) throws IOException {
        String encryption = "";
        Matcher header = HEADER.matcher(body);
        while (header.find()) {
            if (header.group(1).equals("DEK-Info")) {
                encryption = header.group(2);
            }
        }
        try {
            String base64 = HEADER.matcher(body).replaceAll("").replaceAll("\\s", "");
            return new PemBlock(type, encryption, Base64.getDecoder().decode(base64));
        } catch (IllegalArgumentException e) {
            throw new IOException(file + ": " + type + ": " + e.getMessage() + " (expected: Base64)", e);
        }
    }

    /** Reports whether the block contains a certificate or, as PKCS #7, several. */
    boolean isCertificate() {
        return type.equals("CERTIFICATE") || type.equals("X509 CERTIFICATE") || type.equals("PKCS7");
    }

    boolean isPrivateKey() {
        return type.endsWith("PRIVATE KEY");
    }
}
