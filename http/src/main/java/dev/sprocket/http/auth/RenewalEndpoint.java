package dev.sprocket.http.auth;

import com.google.errorprone.annotations.ThreadSafe;
import dev.sprocket.core.ConcurrentComponent;
import dev.sprocket.core.Message;
import dev.sprocket.core.MessageComponent;
import dev.sprocket.core.User;
import dev.sprocket.core.internal.auth.Authentication;
import dev.sprocket.core.internal.auth.Renewal;
import dev.sprocket.http.HttpConnection;
import dev.sprocket.http.HttpRequest;
import dev.sprocket.http.HttpResponse;
import dev.sprocket.http.internal.auth.RenewableConnections;
import dev.sprocket.http.internal.auth.RequestVerifier;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/**
 * Renews the authentication of open connections by a POST request with a new credential.
 *
 * <pre>{@code
 * router = router.route("POST", "/renew/{connection}", new RenewalEndpoint());
 * }</pre>
 *
 * <p>For event streams and WebSockets without WAMP, whose clients cannot send a new token on the connection. The path
 * contains the id of the connection: that of the header {@code Sprocket-Connection-Id} in its response, of the event
 * {@code expiring}, or an id of 16 to 64 characters ({@code A-Z a-z 0-9 _ -}) that the client has chosen in the query
 * parameter {@code connection-id}.
 *
 * <p>The request carries the new credential as the request of the connection did, for example in {@code Authorization}
 * or a cookie; the layer that admitted the connection verifies it. The answer is 200 with the user and the end, 401 for
 * an invalid credential, 403 for that of another user, 404 if no connection has the id, and 409 while another renewal
 * is under way.
 */
@ThreadSafe
@ConcurrentComponent
public final class RenewalEndpoint implements MessageComponent<HttpConnection, Message> {
    /** Creates an endpoint for the connections of this process. */
    public RenewalEndpoint() {}

    @Override
    public void onOpen(HttpConnection conn) {
        HttpRequest request = HttpRequest.of(conn);
        List<Authentication> found =
                request.pathParameter("connection").map(RenewableConnections::find).orElse(List.of()).stream()
                        .filter(one -> one.verifier().orElse(null) instanceof RequestVerifier)
                        .toList();
        List<CompletableFuture<Renewal>> results = new ArrayList<>();
        for (Authentication authentication : found) {
            if (authentication.verifier().orElse(null) instanceof RequestVerifier verifier) {
                results.add(authentication.renew(() -> verifier.verify(request)).toCompletableFuture());
            }
        }
        var unused = CompletableFuture.allOf(results.toArray(CompletableFuture[]::new))
                .thenRun(() -> conn.respond(response(
                        found, results.stream().map(CompletableFuture::join).toList())));
    }

    /** Never called, because the component does not upgrade. */
    @Override
    public void onMessage(HttpConnection from, Message message) {}

    private static HttpResponse response(List<Authentication> found, List<Renewal> results) {
        if (results.contains(Renewal.RENEWED)) {
            User user = found.get(results.indexOf(Renewal.RENEWED)).user();
            String end = user.expires().map(Instant::toString).orElse("");
            return HttpResponse.json(end.isEmpty() ? "{}" : "{\"expires\":\"" + end + "\"}");
        }
        if (results.contains(Renewal.OTHER_USER)) {
            return HttpResponse.error(403, "credential of another user");
        }
        if (results.contains(Renewal.INVALID)) {
            return HttpResponse.error(401, "invalid credential").header("WWW-Authenticate", "Bearer realm=\"renewal\"");
        }
        return results.contains(Renewal.BUSY)
                ? HttpResponse.error(409, "another renewal is under way")
                : HttpResponse.error(404, "no such connection");
    }
}
