package dev.sprocket.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sprocket.core.Connection;
import dev.sprocket.core.Message;
import dev.sprocket.core.MessageComponent;
import dev.sprocket.core.User;
import dev.sprocket.core.io.IoServer;
import dev.sprocket.http.auth.Authenticator;
import dev.sprocket.http.route.Router;
import dev.sprocket.http.sse.EventStream;
import dev.sprocket.leaktest.RawResponse;
import dev.sprocket.leaktest.Wire;
import java.util.Base64;
import java.util.HexFormat;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Invalid UTF-8 in requests, which is answered with 400.
 *
 * <p>Replacement characters could make different names equal.
 */
@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
class InvalidUtf8Test {
    @RegisterExtension
    final Wire wire = new Wire();

    private int serve(MessageComponent<? super HttpConnection, ? super Message> app, String request) {
        IoServer.attach(wire.channel(), new HttpServer(app));
        wire.send(request);
        return RawResponse.of(wire.received()).status();
    }

    private static Router echo() {
        return new Router()
                .get(
                        "/p/{name}",
                        request ->
                                HttpResponse.text(request.pathParameter("name").orElse("-")))
                .get(
                        "/q",
                        request ->
                                HttpResponse.text(request.queryParameter("name").orElse("-")))
                .get(
                        "/c",
                        request -> HttpResponse.text(
                                Cookies.of(request).value("name").orElse("-")));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "%ff",
                "%c3",
                "a%c3b",
                "%c3%28",
                "%c0%af",
                "%e0%80%af",
                "%ed%a0%bd",
                "%f0%80%80%80",
                "%f4%90%80%80",
                "%f8%88%80%80%80",
                "%80",
                "%e2%82",
                "%00",
                "a%00b"
            })
    void invalid_UTF_8_is_400(String octets) {
        for (String line : new String[] {"/p/" + octets, "/q?name=" + octets, "/q?other=" + octets, "/q?" + octets}) {
            try (Wire each = new Wire()) {
                IoServer.attach(each.channel(), new HttpServer(echo()));
                each.send("GET " + line + " HTTP/1.1\r\nHost: h\r\n\r\n");
                assertThat(RawResponse.of(each.received()).status()).as(line).isEqualTo(400);
            }
        }
        // NUL is valid UTF-8, and accepted in cookies
        if (!octets.contains("%00")) {
            assertThat(serve(echo(), "GET /c HTTP/1.1\r\nHost: h\r\nCookie: a=b; name=" + octets + "\r\n\r\n"))
                    .isEqualTo(400);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"/p/%", "/p/%4", "/p/%zz", "/q?name=%", "/q?name=%4", "/q?name=%zz"})
    void percent_without_hex_digits_is_400(String target) {
        assertThat(serve(echo(), "GET " + target + " HTTP/1.1\r\nHost: h\r\n\r\n"))
                .isEqualTo(400);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/p/%F0%9F%98%80",
                "/q?name=%F0%9F%98%80",
                "/q?x=100%&name=%f0%9f%98%80",
                "/q?name=%F0%9F%98%80&name=b"
            })
    void decodes_four_octet_characters(String target) {
        IoServer.attach(wire.channel(), new HttpServer(echo()));
        wire.send("GET " + target + " HTTP/1.1\r\nHost: h\r\n\r\n");
        assertThat(RawResponse.of(wire.received()).body()).isEqualTo("\u00f0\u009f\u0098\u0080");
    }

    @ParameterizedTest
    @ValueSource(strings = {"a=%e9", "a=\u00e9", "a=%; name=x%"})
    void unread_cookie_may_be_invalid(String cookies) {
        assertThat(serve(echo(), "GET /c HTTP/1.1\r\nHost: h\r\nCookie: " + cookies + "\r\n\r\n"))
                .isEqualTo(200);
    }

    @ParameterizedTest
    @ValueSource(strings = {"ff3a70", "75c33a70", "753ac0af", "753aeda0bd", "75003a70", "753a7000", "753a700a"})
    void invalid_Basic_credentials_are_400(String hex) {
        Authenticator app = Authenticator.basic(
                "r",
                (name, password) -> CompletableFuture.completedStage(Optional.of(User.named(name))),
                new FunctionComponent(request -> HttpResponse.text("in")));
        String credentials = Base64.getEncoder().encodeToString(HexFormat.of().parseHex(hex));
        assertThat(serve(app, "GET / HTTP/1.1\r\nHost: h\r\nAuthorization: Basic " + credentials + "\r\n\r\n"))
                .isEqualTo(400);
    }

    @ParameterizedTest
    @ValueSource(strings = {"\u00ff", "a\u00c3", "\u00c0\u00af", "\u00ed\u00a0\u00bd"})
    void invalid_UTF_8_in_Last_Event_ID_is_400(String id) {
        EventStream app = new EventStream(new MessageComponent<Connection, Message>() {
            @Override
            public void onMessage(Connection from, Message message) {}
        });
        assertThat(serve(app, "GET / HTTP/1.1\r\nHost: h\r\nLast-Event-ID: " + id + "\r\n\r\n"))
                .isEqualTo(400);
    }
}
