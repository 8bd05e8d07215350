package dev.sprocket.session;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParseException;
import com.google.gson.JsonParser;
import java.time.Clock;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.Base64;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What Rails since 5.2 puts around what it signs: <code>{"_rails":{"message":"base64","exp":"2030-…","pur":"cookie.name"}}</code>,
 * or {@code data} instead of {@code message}. A session without one is as good, as it is for Rails.
 */
final class RailsEnvelope {
    private static final String ENVELOPE = "_rails";

    private final String name;
    private final String purpose;
    private final Clock clock;

    RailsEnvelope(String cookie, Clock clock) {
        this.name = cookie;
        this.purpose = "cookie." + cookie;
        this.clock = clock;
    }

    /** The id of what is in it, for {@link CookieStore}; empty if it is meant for another cookie, or for the past. */
    Optional<String> open(String signed) {
        if (!signed.startsWith("{\"" + ENVELOPE + "\":")) {
            return Optional.of(CookieStore.id(signed));
        }
        try {
            JsonObject rails = JsonParser.parseString(signed).getAsJsonObject().getAsJsonObject(ENVELOPE);
            JsonElement meant = rails.get("pur");
            if (isPresent(meant) && !meant.getAsString().equals(purpose)) {
                return TokenRejections.reject(name, "signed for another cookie (expected: pur " + purpose + ")");
            }
            JsonElement data = rails.get("data");
            Optional<String> session = data == null
                    ? SigningKeys.decodeUtf8(
                            Base64.getDecoder().decode(rails.get("message").getAsString()))
                    : Optional.of(data.toString());
            JsonElement end = rails.get("exp");
            if (!isPresent(end)) {
                return session.map(CookieStore::id);
            }
            Instant until = Instant.parse(end.getAsString());
            return clock.instant().isBefore(until)
                    ? session.map(one -> CookieStore.id(one, until))
                    : TokenRejections.reject(name, "expired (exp=" + until + ")");
        } catch (JsonParseException
                | IllegalStateException
                | ClassCastException
                | NullPointerException
                | IllegalArgumentException
                | UnsupportedOperationException
                | DateTimeException e) {
            // signed by the site, and yet none of Rails' making
            return TokenRejections.reject(name, "signed, but not as Rails does (expected: {\"_rails\":{…}})");
        }
    }

    /** What was signed or encrypted, if it is text. */
    static Optional<String> decodeText(String cookie, byte[] content) {
        Optional<String> text = content.length > 1 && content[0] == 4 && content[1] == 8
                ? Optional.empty()
                : SigningKeys.decodeUtf8(content);
        return text.isPresent()
                ? text
                : TokenRejections.reject(
                        cookie,
                        "not JSON (expected: cookies_serializer = :json)"
                                + ForeignFormat.asHint(ForeignFormat.describe(content)));
    }

    private static boolean isPresent(@Nullable JsonElement value) {
        return value != null && !value.isJsonNull();
    }
}
