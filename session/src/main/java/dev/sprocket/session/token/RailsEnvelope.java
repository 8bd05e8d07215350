package dev.sprocket.session.token;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParseException;
import com.google.gson.JsonParser;
import dev.sprocket.session.internal.format.ForeignFormat;
import java.time.Clock;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.Base64;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Envelope that Rails 5.2 and later put around signed content.
 *
 * <p>The form is <code>{"_rails":{"message":"base64","exp":"2030-…","pur":"cookie.name"}}</code>, with {@code data}
 * instead of {@code message} in later versions. Content without an envelope is accepted, as in Rails.
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

    /**
     * Returns the {@link CookieStore} id of the content.
     *
     * <p>Empty if the envelope has expired or is meant for another cookie.
     */
    Optional<String> open(String signed) {
        if (!signed.startsWith("{\"" + ENVELOPE + "\":")) {
            return Optional.of(CookieStore.id(signed));
        }
        try {
            JsonObject rails = JsonParser.parseString(signed).getAsJsonObject().getAsJsonObject(ENVELOPE);
            JsonElement actual = rails.get("pur");
            if (isPresent(actual) && !actual.getAsString().equals(purpose)) {
                return TokenRejections.reject(name, "signed for another cookie (expected: pur=" + purpose + ")");
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
                    ? session.map(content -> CookieStore.id(content, until))
                    : TokenRejections.reject(name, "expired (exp=" + until + ")");
        } catch (JsonParseException
                | IllegalStateException
                | ClassCastException
                | NullPointerException
                | IllegalArgumentException
                | UnsupportedOperationException
                | DateTimeException e) {
            // signed with the site's key, but not by Rails
            return TokenRejections.reject(name, "signed, but not an envelope of Rails (expected: {\"_rails\":{…}})");
        }
    }

    /** Decodes signed or decrypted content; rejects anything other than text. */
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
