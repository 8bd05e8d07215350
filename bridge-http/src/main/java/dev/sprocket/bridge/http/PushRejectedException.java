package dev.sprocket.bridge.http;

import com.google.errorprone.annotations.ThreadSafe;
import com.google.gson.JsonObject;
import dev.sprocket.core.internal.text.SafeText;
import dev.sprocket.http.HttpResponse;

/** Thrown to reject a push request with an error response; nothing of it was published. */
@ThreadSafe
final class PushRejectedException extends RuntimeException {
    private static final long serialVersionUID = 1;

    private final transient HttpResponse response;

    PushRejectedException(int status, String reason) {
        this(error(status, reason));
    }

    private PushRejectedException(HttpResponse response) {
        // no stack trace: peers cause it, possibly often
        super(response.reason(), null, false, false);
        this.response = response;
    }

    /** Returns a copy with a {@code Retry-After} header. */
    PushRejectedException retryAfter(long seconds) {
        return with("Retry-After", String.valueOf(Math.max(1, seconds)));
    }

    PushRejectedException with(String header, String value) {
        return new PushRejectedException(response.header(header, value));
    }

    /** Returns a copy whose log line contains the backend. */
    PushRejectedException withBackend(String backend) {
        return new PushRejectedException(response.reason(response.reason() + "; backend=" + backend));
    }

    /** Returns a copy whose body names the denied topic. */
    PushRejectedException topic(String name) {
        JsonObject body = new JsonObject();
        body.addProperty("error", response.reason());
        body.addProperty("topic", name);
        return new PushRejectedException(HttpResponse.json(body + "\n")
                .status(response.status())
                .reason(response.reason() + "; topic=" + SafeText.excerpt(name)));
    }

    HttpResponse response() {
        return response;
    }

    static HttpResponse error(int status, String reason) {
        JsonObject body = new JsonObject();
        body.addProperty("error", reason);
        return HttpResponse.json(body + "\n").status(status).reason(reason);
    }
}
