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

/** A request's {@code Sprocket-Signature}: see {@link Backend#signing}. */
record Signature(String time, List<byte[]> candidates) {
    static final String HEADER = "Sprocket-Signature";

    /** Several while keys change, but not so many that checking them is work. */
    private static final int MOST = 4;

    private static final Pattern SHAPE =
            Pattern.compile("t=(\\d{1,12}(?:\\.\\d{1,9})?)((?:,v1=[0-9a-f]{64}){1," + MOST + "})");

    static Signature parse(String header) {
        Matcher matcher = SHAPE.matcher(header);
        if (!matcher.matches()) {
            throw new PushRejectedException(401, "malformed " + HEADER + " (expected: t=SECONDS,v1=HEX)");
        }
        List<byte[]> candidates = new ArrayList<>();
        for (String one : matcher.group(2).substring(1).split(",", -1)) {
            candidates.add(HexFormat.of().parseHex(one, "v1=".length(), one.length()));
        }
        return new Signature(matcher.group(1), candidates);
    }

    void checkTime(long nowMillis, Duration window) {
        long off = Math.abs(new BigDecimal(time).movePointRight(3).longValue() - nowMillis);
        if (off > window.toMillis()) {
            throw new PushRejectedException(
                    401,
                    "signature of " + off / 1000 + " seconds away (expected: <= " + window.toSeconds()
                            + "; do the clocks agree?)");
        }
    }

    /** Whether one of the candidates is right; looks at all of them, whichever it is. */
    boolean matches(SecretKeySpec key, HttpRequest request) {
        byte[] right = sign(key, request);
        boolean found = false;
        for (byte[] candidate : candidates) {
            found |= MessageDigest.isEqual(right, candidate);
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
