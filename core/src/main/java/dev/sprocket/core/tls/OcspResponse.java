package dev.sprocket.core.tls;

import com.google.errorprone.annotations.ThreadSafe;
import java.io.IOException;
import java.math.BigInteger;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.cert.X509Certificate;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * OCSP response from a file (DER, RFC 6960 4.2), to be stapled.
 *
 * <p>Its signature is verified by the client only.
 *
 * @param problem why it is never stapled; null if it states that the certificate is good
 * @param nextUpdate end of its validity; null if it has none
 */
@ThreadSafe
record OcspResponse(Path file, byte[] der, @Nullable String problem, Instant thisUpdate, @Nullable Instant nextUpdate) {
    private static final byte[] BASIC = HexFormat.of().parseHex("2b0601050507300101");
    private static final byte[] SHA1 = HexFormat.of().parseHex("2b0e03021a");
    private static final byte[] SHA256 = HexFormat.of().parseHex("608648016503040201");
    private static final DateTimeFormatter TIME = DateTimeFormatter.ofPattern("yyyyMMddHHmmss'Z'");

    private static final int SUCCESSFUL = 0;
    private static final int GOOD = 0x80;
    private static final int REVOKED = 0xa1;

    /**
     * Reads a file.
     *
     * @param chain the server's certificate first
     * @throws IOException if the file is not an OCSP response
     */
    static OcspResponse read(Path file, List<X509Certificate> chain) throws IOException {
        byte[] der = TlsKeyPair.read(file);
        try {
            return parse(file, der, chain);
        } catch (IllegalArgumentException | DateTimeException e) {
            throw new IOException(file + ": " + e.getMessage() + " (expected: an OCSP response in DER)", e);
        }
    }

    private static OcspResponse parse(Path file, byte[] der, List<X509Certificate> chain) throws IOException {
        DerReader response = new DerReader(der).enter(DerReader.SEQUENCE);
        int status = new BigInteger(response.value(DerReader.ENUMERATED)).intValue();
        if (status != SUCCESSFUL) {
            return unusable(file, der, "error of the responder: " + status);
        }
        DerReader content = response.enter(0xa0).enter(DerReader.SEQUENCE);
        if (!Arrays.equals(content.value(DerReader.OBJECT_IDENTIFIER), BASIC)) {
            throw new IllegalArgumentException("unknown type of response");
        }
        DerReader data = new DerReader(content.value(DerReader.OCTET_STRING))
                .enter(DerReader.SEQUENCE)
                .enter(DerReader.SEQUENCE);
        if (data.isNext(0xa0)) {
            data.skip(); // version
        }
        data.skip(); // responder
        data.skip(); // time of the response
        DerReader answers = data.enter(DerReader.SEQUENCE);
        while (answers.hasMore()) {
            DerReader answer = answers.enter(DerReader.SEQUENCE);
            if (matches(answer.enter(DerReader.SEQUENCE), chain)) {
                return answer(file, der, answer);
            }
        }
        return unusable(file, der, "not for this certificate");
    }

    private static OcspResponse unusable(Path file, byte[] der, String problem) {
        return new OcspResponse(file, der, problem, Instant.EPOCH, null);
    }

    private static OcspResponse answer(Path file, byte[] der, DerReader answer) {
        int status = answer.skip();
        String problem = status == GOOD ? null : status == REVOKED ? "certificate revoked" : "certificate unknown";
        Instant thisUpdate = time(answer);
        Instant nextUpdate = answer.isNext(0xa0) ? time(answer.enter(0xa0)) : null;
        return new OcspResponse(file, der, problem, thisUpdate, nextUpdate);
    }

    private static Instant time(DerReader from) {
        String text = new String(from.value(DerReader.GENERALIZED_TIME), java.nio.charset.StandardCharsets.US_ASCII);
        return LocalDateTime.parse(text, TIME).toInstant(ZoneOffset.UTC);
    }

    private static boolean matches(DerReader id, List<X509Certificate> chain) throws IOException {
        byte[] algorithm = id.enter(DerReader.SEQUENCE).value(DerReader.OBJECT_IDENTIFIER);
        byte[] issuerName = id.value(DerReader.OCTET_STRING);
        byte[] issuerKey = id.value(DerReader.OCTET_STRING);
        BigInteger serial = new BigInteger(id.value(DerReader.INTEGER));
        String digest = Arrays.equals(algorithm, SHA1) ? "SHA-1" : Arrays.equals(algorithm, SHA256) ? "SHA-256" : null;
        X509Certificate certificate = chain.get(0);
        return digest != null
                && serial.equals(certificate.getSerialNumber())
                && Arrays.equals(
                        issuerName,
                        hash(digest, certificate.getIssuerX500Principal().getEncoded()))
                && (chain.size() < 2 || Arrays.equals(issuerKey, hash(digest, publicKey(chain.get(1)))));
    }

    /** Returns the bits of a public key, without its algorithm. */
    private static byte[] publicKey(X509Certificate certificate) {
        DerReader info = new DerReader(certificate.getPublicKey().getEncoded()).enter(DerReader.SEQUENCE);
        info.skip();
        byte[] bits = info.value(DerReader.BIT_STRING);
        return Arrays.copyOfRange(bits, 1, bits.length);
    }

    private static byte[] hash(String algorithm, byte[] bytes) throws IOException {
        try {
            return MessageDigest.getInstance(algorithm).digest(bytes);
        } catch (GeneralSecurityException e) {
            throw new IOException(algorithm + " is not available", e);
        }
    }

    /** Returns why it is not stapled at a time; null if it is. */
    @Nullable
    String problemAt(Instant now) {
        if (problem != null) {
            return problem;
        }
        if (nextUpdate != null && now.isAfter(nextUpdate)) {
            return "expired at " + nextUpdate;
        }
        return now.isBefore(thisUpdate) ? "not valid before " + thisUpdate : null;
    }

    /** Returns the file. */
    @Override
    public String toString() {
        return file.toString();
    }
}
