package dev.sprocket.session.token;

import dev.sprocket.session.internal.format.ForeignFormat;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;

/** Verifies cookies of the form {@code base64--hex}, as signed by ActiveSupport's MessageVerifier. */
final class RailsSignature {
    private static final int SHA1_HEX_LENGTH = 40;

    private final String name;
    private final SigningKeys sha1Keys;
    private final SigningKeys sha256Keys;

    RailsSignature(String name, List<String> secretKeyBases) {
        this.name = name;
        List<byte[]> keys = RailsKeys.of(secretKeyBases, "signed cookie", 64);
        this.sha1Keys = SigningKeys.ofBytes("HmacSHA1", keys);
        this.sha256Keys = SigningKeys.ofBytes("HmacSHA256", keys);
    }

    Optional<String> open(String cookie) {
        int separator = cookie.lastIndexOf("--");
        if (separator < 0 || cookie.indexOf("--") < separator) {
            return TokenRejections.reject(
                    name,
                    "not signed by Rails (expected: base64--signature)"
                            + ForeignFormat.asHint(ForeignFormat.describeCookie(cookie)));
        }
        String data = cookie.substring(0, separator);
        String digest = cookie.substring(separator + 2);
        SigningKeys keys = digest.length() == SHA1_HEX_LENGTH ? sha1Keys : sha256Keys;
        return keys.verify(data.getBytes(StandardCharsets.UTF_8), unhex(digest))
                ? RailsEnvelope.decodeText(name, SignedCookies.decode(Base64.getDecoder(), data))
                : TokenRejections.reject(name, SignedCookies.WRONG_SIGNATURE);
    }

    private static byte[] unhex(String digest) {
        try {
            return HexFormat.of().parseHex(digest);
        } catch (IllegalArgumentException e) {
            return new byte[0];
        }
    }
}
