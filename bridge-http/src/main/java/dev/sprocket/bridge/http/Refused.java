package dev.sprocket.bridge.http;

import com.google.gson.JsonObject;
import dev.sprocket.http.HttpResponse;

/** A request that is answered with an error; nothing of it was published. Threads: any. */
final class Refused extends RuntimeException {
    private static final long serialVersionUID = 1;

    private final transient HttpResponse answer;

    Refused(int status, String reason) {
        this(error(status, reason));
    }

    private Refused(HttpResponse answer) {
        // no stack trace: it tells of what a peer did, and hostile peers can cause many
        super(answer.reason(), null, false, false);
        this.answer = answer;
    }

    /** The same, which tells when to try again. */
    Refused retryAfter(long seconds) {
        return with("Retry-After", String.valueOf(Math.max(1, seconds)));
    }

    Refused with(String header, String value) {
        return new Refused(answer.header(header, value));
    }

    /** The same, whose line in the log names the backend. */
    Refused of(String backend) {
        return new Refused(answer.because(answer.reason() + "; backend=" + backend));
    }

    HttpResponse answer() {
        return answer;
    }

    static HttpResponse error(int status, String reason) {
        JsonObject body = new JsonObject();
        body.addProperty("error", reason);
        return HttpResponse.json(body + "\n").status(status).because(reason);
    }
}
