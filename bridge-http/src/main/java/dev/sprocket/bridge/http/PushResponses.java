package dev.sprocket.bridge.http;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import dev.sprocket.core.CloseReason;
import dev.sprocket.http.HttpResponse;
import dev.sprocket.pubsub.internal.push.PushResult;

/** Responses to the results of pushes. */
final class PushResponses {
    private PushResponses() {}

    /**
     * Returns the response to a push of which something was accepted.
     *
     * @param batch true if the request body was an array
     * @throws PushRejectedException if nothing was accepted
     */
    static HttpResponse of(PushResult result, boolean batch) {
        if (result instanceof PushResult.Rejected rejection) {
            throw rejected(rejection);
        }
        if (result instanceof PushResult.PartlyAccepted partly) {
            int status = partly.rejection().map(cause -> status(cause.kind())).orElse(500);
            return PushRejectedException.error(status, partly.reason());
        }
        if (result instanceof PushResult.Accepted accepted) {
            return HttpResponse.json("{\"accepted\":" + accepted.events() + "}\n")
                    .status(202);
        }
        JsonArray events = new JsonArray();
        ((PushResult.Published) result).events().forEach(event -> {
            JsonObject one = new JsonObject();
            one.addProperty("topic", event.topic());
            one.addProperty("subscribers", event.subscribers().orElse(0));
            if (event.position() != null) {
                one.addProperty("position", event.position().toString());
            }
            events.add(one);
        });
        return HttpResponse.json((batch ? events : events.get(0)) + "\n");
    }

    /** Returns the exception for a rejected push. */
    static PushRejectedException rejected(PushResult.Rejected rejection) {
        PushRejectedException response =
                new PushRejectedException(status(rejection.kind()), rejection.reasonWithoutTopic());
        if (rejection.isDenial()) {
            response = response.topic(rejection.topic().orElse(""));
        }
        return rejection.kind() == CloseReason.Rejection.Kind.LIMIT_EXCEEDED && rejection.isDenial()
                ? response.retryAfter(1)
                : response;
    }

    private static int status(CloseReason.Rejection.Kind kind) {
        return switch (kind) {
            case MALFORMED -> 400;
            case FORBIDDEN -> 403;
            case UNSUPPORTED -> 415;
            case LIMIT_EXCEEDED -> 429;
        };
    }
}
