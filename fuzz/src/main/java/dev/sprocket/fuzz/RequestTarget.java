package dev.sprocket.fuzz;

import com.code_intelligence.jazzer.api.FuzzedDataProvider;
import dev.sprocket.core.EchoServer;
import dev.sprocket.http.HttpResponse;
import dev.sprocket.http.HttpServer;
import dev.sprocket.http.origin.OriginFilter;
import dev.sprocket.http.origin.Origins;
import dev.sprocket.http.route.Router;
import dev.sprocket.websocket.WsServer;
import java.nio.charset.StandardCharsets;

/** Target for request heads and bodies. Each response begins with a status line. */
public final class RequestTarget {
    private RequestTarget() {}

    /** Entry point for Jazzer. */
    public static void fuzzerTestOneInput(FuzzedDataProvider input) {
        Target target = new Target(new HttpServer(new Router()
                .get(
                        "/a/{b}",
                        request -> HttpResponse.text(request.pathParameter("b")
                                + request.queryParameter("q").orElse("")))
                .post("/p", request -> HttpResponse.text(request.body().text()))
                .upgrade("/ws", new OriginFilter(Origins.sameHost(), new WsServer(new EchoServer())))));
        byte[] responses = target.feed(input);
        if (responses.length > 0 && !new String(responses, StandardCharsets.ISO_8859_1).startsWith("HTTP/1.1 ")) {
            throw new AssertionError("not an HTTP response: " + new String(responses, StandardCharsets.ISO_8859_1));
        }
        target.end();
    }
}
