package dev.sprocket.bridge.http;

import dev.sprocket.core.spi.BorrowedMessages;
import dev.sprocket.http.HttpRequest;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/** Value of the header {@code Sprocket-Signature}, see {@link Backend#signing}. */
record Signature(String time, List<byte[]> candidates) {
    static final String HEADER = "Sprocket-Signature";

    /** Maximum number of signatures: several for key rotation, but few enough to be cheap. */
    private static final int MAX_CANDIDATES = 4;

    private static final Pattern SHAPE =
            Pattern.compile("t=(\\d{1,12}(?:\\.\\d{1,9})?)((?:,v1=[0-9a-f]{64}){1," + MAX_CANDIDATES + "})");

    static Signature parse(String header) {
        Matcher matcher = SHAPE.matcher(header);
        if (!matcher.matches()) {
            throw new PushRejectedException(401, "malformed " + HEADER + " (expected: t=SECONDS,v1=HEX)");
        }
        List<byte[]> candidates = new ArrayList<>();
        for (String candidate : matcher.group(2).substring(1).split(",", -1)) {
            candidates.add(HexFormat.of().parseHex(candidate, "v1=".length(), candidate.length()));
        }
        return new Signature(matcher.group(1), candidates);
    }

    void checkTime(long nowMillis, Duration tolerance) {
        long off = Math.abs(new BigDecimal(time).movePointRight(3).longValue() - nowMillis);
        if (off > tolerance.toMillis()) {
            throw new PushRejectedException(
                    401,
                    "signature time differs by " + off / 1000 + " seconds (expected: <= " + tolerance.toSeconds()
                            + "; check the clocks)");
        }
    }

    /** Reports whether one of the candidates is valid; compares all of them in constant time. */
    boolean matches(SecretKeySpec key, HttpRequest request) {
        byte[] expected = sign(key, request);
        boolean found = false;
        for (byte[] candidate : candidates) {
            found |= MessageDigest.isEqual(expected, candidate);
        }
        return found;
    }

    byte[] sign(SecretKeySpec key, HttpRequest request) {
        try {
            Mac mac = Mac.getInstance(key.getAlgorithm());
            mac.init(key);
            mac.update(
                    (time + "." + request.method() + " " + request.target() + "\n").getBytes(StandardCharsets.UTF_8));
            mac.update(BorrowedMessages.bytes(request.body()).nioBuffer());
            return mac.doFinal();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }
}
