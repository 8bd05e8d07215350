package dev.sprocket.session;

import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;

/** {@code base64--hex}, from ActiveSupport's MessageVerifier. */
final class RailsSignature {
    private static final int SHA1 = 40;

    private final String name;
    private final SigningKeys sha1;
    private final SigningKeys sha256;

    RailsSignature(String name, List<String> secretKeyBases) {
        this.name = name;
        List<byte[]> keys = RailsKeys.of(secretKeyBases, "signed cookie", 64);
        this.sha1 = SigningKeys.ofBytes("HmacSHA1", keys);
        this.sha256 = SigningKeys.ofBytes("HmacSHA256", keys);
    }

    Optional<String> open(String cookie) {
        int dashes = cookie.lastIndexOf("--");
        if (dashes < 0 || cookie.indexOf("--") < dashes) {
            return TokenRejections.because(
                    name,
                    "not signed by Rails (expected: base64--signature)"
                            + ForeignFormat.after(ForeignFormat.ofCookie(cookie)));
        }
        String data = cookie.substring(0, dashes);
        String digest = cookie.substring(dashes + 2);
        SigningKeys keys = digest.length() == SHA1 ? sha1 : sha256;
        return keys.signed(data.getBytes(StandardCharsets.UTF_8), unhex(digest))
                ? RailsEnvelope.text(name, SignedCookies.decoded(Base64.getDecoder(), data))
                : TokenRejections.because(name, SignedCookies.OTHER_SECRET);
    }

    private static byte[] unhex(String digest) {
        try {
            return HexFormat.of().parseHex(digest);
        } catch (IllegalArgumentException e) {
            return new byte[0];
        }
    }
}
