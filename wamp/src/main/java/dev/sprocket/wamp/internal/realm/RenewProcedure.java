package dev.sprocket.wamp.internal.realm;

import com.google.gson.JsonElement;
import dev.sprocket.core.User;
import dev.sprocket.core.internal.auth.Authentication;
import dev.sprocket.core.internal.auth.Renewal;
import dev.sprocket.wamp.internal.dealer.PendingCall;
import dev.sprocket.wamp.internal.session.SessionAuthentication;
import java.util.List;
import java.util.Map;

/** Procedure {@code sprocket.auth.renew}, with a token as its only argument. */
final class RenewProcedure {
    private RenewProcedure() {}

    /** Answers a call, now or later; returns false for other procedures. */
    static boolean handle(PendingCall call) {
        if (!call.procedure().equals(SessionAuthentication.RENEW)) {
            return false;
        }
        List<JsonElement> arguments = call.arguments();
        Authentication authentication = Authentication.renewable(call.caller()).orElse(null);
        if (arguments.size() != 1
                || !arguments.get(0).isJsonPrimitive()
                || !arguments.get(0).getAsJsonPrimitive().isString()) {
            call.error("wamp.error.invalid_argument", "arguments (expected: a token)");
        } else if (authentication == null) {
            call.error("wamp.error.feature_not_supported", "the session was not authenticated by a token");
        } else {
            authentication
                    .renew(arguments.get(0).getAsString())
                    .thenAccept(result -> answer(call, result, authentication.user()));
        }
        return true;
    }

    private static void answer(PendingCall call, Renewal result, User user) {
        switch (result) {
            case RENEWED ->
                call.result(user.expires()
                        .map(end -> Map.of("expires", end.toString()))
                        .orElse(Map.of()));
            case INVALID -> call.error("wamp.error.authentication_denied", "invalid token");
            case OTHER_USER -> call.error("wamp.error.not_authorized", "token of another user");
            case UNSUPPORTED ->
                call.error("wamp.error.feature_not_supported", "the session was not authenticated by a token");
            case BUSY -> call.error("wamp.error.unavailable", "another renewal is under way");
        }
    }
}
