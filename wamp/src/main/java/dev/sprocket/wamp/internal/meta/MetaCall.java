package dev.sprocket.wamp.internal.meta;

import com.google.errorprone.annotations.ThreadSafe;
import dev.sprocket.pubsub.Topics;
import dev.sprocket.pubsub.pattern.MatchPolicy;
import dev.sprocket.wamp.CallException;
import dev.sprocket.wamp.internal.dealer.Caller;
import dev.sprocket.wamp.internal.dealer.PendingCall;
import dev.sprocket.wamp.internal.message.CallArguments;
import dev.sprocket.wamp.internal.message.OptionReader;
import dev.sprocket.wamp.internal.message.OptionType;
import dev.sprocket.wamp.internal.serializer.JsonSerializer;
import dev.sprocket.wamp.spi.Serializer;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Call of a meta procedure, with readers of its arguments.
 *
 * @param arguments arguments by position
 * @param named arguments by keyword
 * @param rate budget of the caller
 */
@ThreadSafe
record MetaCall(Caller caller, CallArguments payload, List<?> arguments, OptionReader named, MetaRate rate) {
    static final String INVALID = "wamp.error.invalid_argument";

    /** Maximum number of roles in a call. */
    private static final int MAX_ROLES = 20;

    static MetaCall of(PendingCall call, MetaRate rate) {
        CallArguments payload = call.payload();
        return new MetaCall(call.caller(), payload, payload.list(), new OptionReader(payload.map()), rate);
    }

    /** Returns the serializer of the caller. */
    Serializer format() {
        return caller instanceof MetaSession session ? session.serializer() : JsonSerializer.JSON;
    }

    @Nullable
    Object argument(int index) {
        return index < arguments.size() ? arguments.get(index) : null;
    }

    long id() {
        return OptionType.ID.require("argument 1", argument(0));
    }

    String text() {
        String text = OptionType.TEXT.require("argument 1", argument(0));
        if (text.length() > Topics.MAX_ID_LENGTH) {
            throw CallException.invalidArgument(
                    "argument 1 of " + text.length() + " characters (expected: <= " + Topics.MAX_ID_LENGTH + ")");
        }
        return text;
    }

    /** Returns the roles to filter by; null if not given. */
    @Nullable
    List<String> roles() {
        List<String> roles = OptionType.TEXTS.read("argument 1", argument(0));
        if (roles != null && roles.size() > MAX_ROLES) {
            throw CallException.invalidArgument(roles.size() + " authroles (expected: <= " + MAX_ROLES + ")");
        }
        return roles;
    }

    MetaPage page() {
        return MetaPage.of(named, rate::charge);
    }

    MatchPolicy match() {
        Map<String, ?> options = OptionType.DICT.read("argument 2", argument(1));
        MatchPolicy given =
                options == null ? null : new OptionReader(options).enumValue("match", MatchPolicy.class, INVALID);
        return given == null ? MatchPolicy.EXACT : given;
    }
}
