package dev.sprocket.bridge.http;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
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
        return of((PushResult.Published) result, batch);
    }

    private static HttpResponse of(PushResult.Published published, boolean batch) {
        int failed = published.failed();
        if (failed > 0 && !batch) {
            throw new PushRejectedException(503, published.reason()).retryAfter(1);
        }
        JsonArray events = new JsonArray();
        published.events().forEach(event -> events.add(describe(event)));
        if (failed == 0) {
            return HttpResponse.json((batch ? events : events.get(0)) + "\n");
        }
        JsonObject body = new JsonObject();
        body.addProperty("error", published.reason());
        body.add("events", events);
        return HttpResponse.json(body + "\n")
                .status(503)
                .reason(published.reason())
                .header("Retry-After", "1");
    }

    private static JsonObject describe(PushResult.PushedEvent event) {
        JsonObject one = new JsonObject();
        one.addProperty("topic", event.topic());
        if (event.outcome() == PushResult.Outcome.FAILED) {
            one.addProperty("error", "not stored");
            return one;
        }
        one.addProperty("subscribers", event.published().subscribers());
        if (event.published().position() != null) {
            one.addProperty("position", event.published().position().toString());
        }
        if (event.isDuplicate()) {
            one.addProperty("duplicate", true);
        }
        if (event.outcome() == PushResult.Outcome.SUPERSEDED) {
            one.addProperty("superseded", true);
        }
        return one;
    }

    /** Returns the exception for a rejected push. */
    static PushRejectedException rejected(PushResult.Rejected rejection) {
        PushRejectedException response =
                new PushRejectedException(status(rejection.kind()), rejection.reasonWithoutTopic());
        if (rejection.isDenial()) {
            response = response.topic(rejection.topic().orElse(""));
        }
        return rejection.retryAfterSeconds() > 0 ? response.retryAfter(rejection.retryAfterSeconds()) : response;
    }

    private static int status(PushResult.Kind kind) {
        return switch (kind) {
            case MALFORMED -> 400;
            case FORBIDDEN -> 403;
            case UNSUPPORTED -> 415;
            case KEY_REUSED -> 422;
            case LIMIT_EXCEEDED -> 429;
            case UNAVAILABLE -> 503;
        };
    }
}
