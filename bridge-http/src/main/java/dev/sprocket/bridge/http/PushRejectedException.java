package dev.sprocket.bridge.http;

import com.google.errorprone.annotations.ThreadSafe;
import com.google.gson.JsonObject;
import dev.sprocket.http.HttpResponse;

/** A request that is answered with an error; nothing of it was published. */
@ThreadSafe
final class PushRejectedException extends RuntimeException {
    private static final long serialVersionUID = 1;

    private final transient HttpResponse answer;

    PushRejectedException(int status, String reason) {
        this(error(status, reason));
    }

    private PushRejectedException(HttpResponse answer) {
        // no stack trace: it tells of what a peer did, and hostile peers can cause many
        super(answer.reason(), null, false, false);
        this.answer = answer;
    }

    /** The same, which tells when to try again. */
    PushRejectedException retryAfter(long seconds) {
        return with("Retry-After", String.valueOf(Math.max(1, seconds)));
    }

    PushRejectedException with(String header, String value) {
        return new PushRejectedException(answer.header(header, value));
    }

    /** The same, whose line in the log names the backend. */
    PushRejectedException of(String backend) {
        return new PushRejectedException(answer.reason(answer.reason() + "; backend=" + backend));
    }

    HttpResponse answer() {
        return answer;
    }

    static HttpResponse error(int status, String reason) {
        JsonObject body = new JsonObject();
        body.addProperty("error", reason);
        return HttpResponse.json(body + "\n").status(status).reason(reason);
    }
}
