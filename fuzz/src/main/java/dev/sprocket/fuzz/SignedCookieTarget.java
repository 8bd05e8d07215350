package dev.sprocket.fuzz;

import com.code_intelligence.jazzer.api.FuzzedDataProvider;
import dev.sprocket.http.HttpRequest;
import dev.sprocket.http.HttpResponse;
import dev.sprocket.http.route.Router;
import dev.sprocket.session.token.CookieStore;
import dev.sprocket.session.token.SessionToken;
import dev.sprocket.testkit.HttpPeer;
import java.util.List;

/**
 * Target for unsigned and forged cookies.
 *
 * <p>None is accepted as a token, and the cookie store contains no session for an id that a client invents.
 */
public final class SignedCookieTarget {
    private static final List<SessionToken> SIGNED = List.of(
            SessionToken.express("a", "secret"),
            SessionToken.cookieSession("a", "secret"),
            SessionToken.railsSigned("a", "secret"),
            SessionToken.railsEncrypted("a", "secret"));
    private static final List<SessionToken> PLAIN = List.of(SessionToken.cookie("a"), SessionToken.base64Cookie("a"));
    private static final CookieStore STORE = new CookieStore();

    private SignedCookieTarget() {}

    /** Entry point for Jazzer. */
    public static void fuzzerTestOneInput(FuzzedDataProvider input) {
        String cookies = "a=" + input.consumeString(200).replaceAll("[^\\x20-\\x7e]", "2") + "; a.sig="
                + input.consumeRemainingAsAsciiString().replaceAll("[^\\x21-\\x7e]", "2");
        HttpPeer peer = HttpPeer.to(new Router().get("/", request -> {
            check(request);
            return HttpResponse.text("");
        }));
        int status = peer.get("/", "Cookie: " + cookies).status();
        // invalid UTF-8 is rejected; here only an escape can produce it
        if (status != 200 && !(status == 400 && cookies.contains("%"))) {
            throw new AssertionError("unexpected response to a cookie: " + status);
        }
        peer.socket().close();
    }

    private static void check(HttpRequest request) {
        for (SessionToken token : SIGNED) {
            if (token.find(request).isPresent()) {
                throw new AssertionError("forged cookie accepted");
            }
        }
        for (SessionToken token : PLAIN) {
            token.find(request).ifPresent(id -> {
                if (STORE.load(id).toCompletableFuture().join().isPresent()) {
                    throw new AssertionError("session found for an invented id");
                }
            });
        }
    }
}
