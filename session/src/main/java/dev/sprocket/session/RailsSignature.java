package dev.sprocket.session;

import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;

/** {@code base64--hex}, from ActiveSupport's MessageVerifier. */
final class RailsSignature {
    private static final int SHA1 = 40;

    private final SigningKeys sha1;
    private final SigningKeys sha256;

    RailsSignature(List<String> secretKeyBases) {
        List<byte[]> keys = RailsKeys.of(secretKeyBases, "signed cookie", 64);
        this.sha1 = SigningKeys.ofBytes("HmacSHA1", keys);
        this.sha256 = SigningKeys.ofBytes("HmacSHA256", keys);
    }

    Optional<String> open(String cookie) {
        int dashes = cookie.lastIndexOf("--");
        if (dashes < 0) {
            return Optional.empty();
        }
        String data = cookie.substring(0, dashes);
        String digest = cookie.substring(dashes + 2);
        SigningKeys keys = digest.length() == SHA1 ? sha1 : sha256;
        return keys.signed(data.getBytes(StandardCharsets.UTF_8), unhex(digest))
                ? SigningKeys.text(SignedCookies.decoded(Base64.getDecoder(), data))
                : Optional.empty();
    }

    private static byte[] unhex(String digest) {
        try {
            return HexFormat.of().parseHex(digest);
        } catch (IllegalArgumentException e) {
            return new byte[0];
        }
    }
}
