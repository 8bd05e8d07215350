package dev.sprocket.fuzz;

import com.code_intelligence.jazzer.api.FuzzedDataProvider;
import dev.sprocket.http.HttpRequest;
import dev.sprocket.http.HttpResponse;
import dev.sprocket.http.Router;
import dev.sprocket.session.CookieStore;
import dev.sprocket.session.SessionTokens;
import dev.sprocket.session.SignedCookies;
import dev.sprocket.session.spi.SessionToken;
import dev.sprocket.testkit.HttpPeer;
import java.util.List;

/** Cookies that nobody has signed: none is a token, and an id that a client made up is in no cookie's store. */
public final class SignedCookieTarget {
    private static final List<SessionToken> SIGNED = List.of(
            SignedCookies.express("a", "secret"),
            SignedCookies.cookieSession("a", "secret"),
            SignedCookies.railsSigned("a", "secret"),
            SignedCookies.railsEncrypted("a", "secret"));
    private static final List<SessionToken> PLAIN = List.of(SessionTokens.cookie("a"), SessionTokens.base64Cookie("a"));
    private static final CookieStore STORE = new CookieStore();

    private SignedCookieTarget() {}

    /** Called by Jazzer. */
    public static void fuzzerTestOneInput(FuzzedDataProvider input) {
        String cookies = "a=" + input.consumeString(200).replaceAll("[^\\x20-\\x7e]", "2") + "; a.sig="
                + input.consumeRemainingAsAsciiString().replaceAll("[^\\x21-\\x7e]", "2");
        HttpPeer peer = HttpPeer.to(new Router().get("/", request -> {
            check(request);
            return HttpResponse.text("");
        }));
        int status = peer.get("/", "Cookie: " + cookies).status();
        // octets that are no UTF-8 are refused, and only an escape can be such an octet here
        if (status != 200 && !(status == 400 && cookies.contains("%"))) {
            throw new AssertionError("a cookie is answered with " + status);
        }
        peer.socket().close();
    }

    private static void check(HttpRequest request) {
        for (SessionToken token : SIGNED) {
            if (token.of(request).isPresent()) {
                throw new AssertionError("a forged cookie was believed");
            }
        }
        for (SessionToken token : PLAIN) {
            token.of(request).ifPresent(id -> {
                if (STORE.load(id).toCompletableFuture().join().isPresent()) {
                    throw new AssertionError("a session that a client made up");
                }
            });
        }
    }
}
