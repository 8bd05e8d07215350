package dev.sprocket.http.auth;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import dev.sprocket.core.Message;
import dev.sprocket.core.MessageComponent;
import dev.sprocket.core.SharedSecret;
import dev.sprocket.core.User;
import dev.sprocket.core.io.IoServer;
import dev.sprocket.http.HttpConnection;
import dev.sprocket.http.HttpResponse;
import dev.sprocket.http.HttpServer;
import dev.sprocket.http.Recorder;
import dev.sprocket.leaktest.RawResponse;
import dev.sprocket.leaktest.Wire;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Authentication of requests, and requests that wait for it. */
@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
class AuthenticatorTest {
    private static final String GET = "GET /a HTTP/1.1\r\nHost: h\r\n";

    @RegisterExtension
    final Wire wire = new Wire();

    private final Recorder app = new Recorder();

    private void serve(MessageComponent<HttpConnection, Message> stack) {
        IoServer.attach(wire.channel(), new HttpServer(stack));
    }

    @CanIgnoreReturnValue
    private RawResponse request(String... headers) {
        StringBuilder request = new StringBuilder(GET);
        for (String header : headers) {
            request.append(header).append("\r\n");
        }
        wire.send(request + "\r\n");
        return RawResponse.of(wire.received());
    }

    private static String basic(String pair) {
        return "Authorization: Basic " + Base64.getEncoder().encodeToString(pair.getBytes(StandardCharsets.UTF_8));
    }

    private static MessageComponent<HttpConnection, Message> userName() {
        return new MessageComponent<>() {
            @Override
            public void onOpen(HttpConnection conn) {
                conn.send(User.of(conn).toString());
            }

            @Override
            public void onMessage(HttpConnection from, Message message) {}
        };
    }

    /** RFC 7617 2. */
    @Test
    void admits_valid_name_and_password() {
        serve(Authenticator.basic("the \"site\"", Map.of("änn", "pä:ss"), userName()));

        assertThat(new String(
                        request(basic("änn:pä:ss")).body().getBytes(StandardCharsets.ISO_8859_1),
                        StandardCharsets.UTF_8))
                .isEqualTo("änn []");
        assertThat(wire.isOpen()).isTrue();
    }

    @Test
    void challenges_request_without_credentials() {
        serve(Authenticator.basic("the \"site\"", Map.of("ann", "secret"), app));

        RawResponse response = request();
        assertThat(response.status()).isEqualTo(401);
        assertThat(response.header("www-authenticate"))
                .isEqualTo("Basic realm=\"the \\\"site\\\"\", charset=\"UTF-8\"");
        assertThat(response.header("connection")).isEqualTo("close");
        assertThat(response.body()).isEqualTo("401 Unauthorized\n");
        assertThat(app.seen).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "ann:wrong",
                "ann:",
                "bob:secret",
                "ann",
                ":secret",
                "ann:secret ",
                "",
                "bob:unknown user",
                ":unknown user"
            })
    void rejects_wrong_password(String pair) {
        serve(Authenticator.basic("site", Map.of("ann", "secret"), app));

        assertThat(request(basic(pair)).status()).isEqualTo(401);
        assertThat(app.seen).isEmpty();
    }

    @Test
    void basic_credentials_carry_roles_and_several_passwords() {
        User ann = User.named("ann").roles("admin");
        serve(Authenticator.basic(
                "site",
                List.of(
                        new Authenticator.Credential(ann, SharedSecret.of("old")),
                        new Authenticator.Credential(ann, SharedSecret.of("new")),
                        new Authenticator.Credential(User.named("bob"), SharedSecret.of("secret"))),
                userName()));

        assertThat(request(basic("ann:old")).body()).isEqualTo("ann [admin]");
        assertThat(request(basic("ann:new")).body()).isEqualTo("ann [admin]");
        assertThat(request(basic("bob:secret")).body()).isEqualTo("bob []");
        assertThat(request(basic("bob:new")).status()).isEqualTo(401);
    }

    /** RFC 7617 2. */
    @Test
    void user_name_with_colon_is_invalid() {
        assertThatThrownBy(() -> Authenticator.basic("site", Map.of("a:b", "secret"), app))
                .hasMessage("user: a:b contains a colon (RFC 7617 2)");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"Basic", "Basic !!!", "Bearer YW5uOnNlY3JldA==", "YW5uOnNlY3JldA==", "BasicYW5uOnNlY3JldA=="})
    void rejects_other_authorization_headers(String value) {
        serve(Authenticator.basic("site", Map.of("ann", "secret"), app));

        assertThat(request("Authorization: " + value).status()).isEqualTo(401);
    }

    @Test
    void rejects_two_authorization_headers() {
        serve(Authenticator.basic("site", Map.of("ann", "secret"), app));

        assertThat(request(basic("ann:secret"), basic("ann:secret")).status()).isEqualTo(401);
    }

    /** RFC 6750 2.1, 3. */
    @Test
    void admits_valid_bearer_token() {
        User robot = User.named("robot").roles("push").claims(Map.of("team", 7));
        serve(Authenticator.bearer("site", Map.of("t0ken", robot, "other", User.named("x")), userName()));
        assertThat(request("Authorization: bEARER t0ken").body()).isEqualTo("robot [push]");

        RawResponse response = request("Authorization: Bearer t0kem");
        assertThat(response.status()).isEqualTo(401);
        assertThat(response.header("www-authenticate")).isEqualTo("Bearer realm=\"site\"");
    }

    @Test
    void check_may_complete_later_on_another_thread() throws Exception {
        CompletableFuture<Optional<User>> result = new CompletableFuture<>();
        serve(Authenticator.custom(request -> result, Duration.ofSeconds(5), app));
        wire.send(GET + "Upgrade: echo\r\nConnection: upgrade\r\n\r\nglued").send(" bytes");
        assertThat(app.seen).isEmpty();

        Thread other = new Thread(() -> result.complete(Optional.of(User.named("ann"))));
        other.start();
        other.join();
        wire.received();
        assertThat(app.seen).containsExactly("open /a");
        assertThat(User.of(app.last()).id()).isEqualTo("ann");

        assertThat(app.last().upgrade(HttpResponse.of(101))).isTrue();
        wire.send("later");
        wire.close();
        assertThat(app.seen).containsExactly("open /a", "message glued bytes", "message later", "close /a");
    }

    /** Upgrades in the callback, as a WebSocket layer does. */
    @Test
    void bytes_after_delayed_handshake_follow_the_callback() {
        CompletableFuture<Optional<User>> result = new CompletableFuture<>();
        MessageComponent<HttpConnection, Message> layer = new MessageComponent<>() {
            @Override
            public void onOpen(HttpConnection conn) {
                app.onOpen(conn);
                conn.upgrade(HttpResponse.of(101));
                app.seen.add("ready");
            }

            @Override
            public void onMessage(HttpConnection from, Message message) {
                app.onMessage(from, message);
            }
        };
        serve(Authenticator.custom(request -> result, Duration.ofSeconds(5), layer));
        wire.send(GET + "Upgrade: echo\r\nConnection: upgrade\r\n\r\nglued");
        result.complete(Optional.of(User.named("ann")));

        assertThat(app.seen).containsExactly("open /a", "ready", "message glued");
    }

    @Test
    void response_in_delayed_callback_ends_exchange_after_it() {
        CompletableFuture<Optional<User>> result = new CompletableFuture<>();
        MessageComponent<HttpConnection, Message> responding = new MessageComponent<>() {
            @Override
            public void onOpen(HttpConnection conn) {
                conn.send("hi");
                app.seen.add("returned");
            }

            @Override
            public void onMessage(HttpConnection from, Message message) {}

            @Override
            public void onClose(HttpConnection conn) {
                app.seen.add("close");
            }
        };
        serve(Authenticator.custom(request -> result, Duration.ofSeconds(5), responding));
        wire.send(GET + "\r\n" + GET + "\r\n");
        result.complete(Optional.of(User.named("ann")));

        assertThat(RawResponse.all(wire.received()))
                .extracting(RawResponse::body)
                .containsExactly("hi", "hi");
        assertThat(app.seen).containsExactly("returned", "close", "returned", "close");
    }

    @Test
    void empty_result_is_answered_with_403() {
        serve(Authenticator.custom(
                request -> CompletableFuture.completedStage(Optional.empty()), Duration.ofSeconds(5), app));

        RawResponse response = request();
        assertThat(response.status()).isEqualTo(403);
        assertThat(response.header("www-authenticate")).isNull();
        assertThat(app.seen).isEmpty();
    }

    @Test
    void check_timeout_is_answered_with_503() {
        CompletableFuture<Optional<User>> pending = new CompletableFuture<>();
        serve(Authenticator.custom(request -> pending, Duration.ofSeconds(5), app));
        wire.send(GET + "\r\n").advance(4500);
        assertThat(wire.received()).isEmpty();

        wire.advance(1000);
        assertThat(RawResponse.of(wire.received()).status()).isEqualTo(503);
        assertThat(wire.isOpen()).isFalse();
        pending.complete(Optional.of(User.named("ann")));
        wire.received();
        assertThat(app.seen).isEmpty();
    }

    @Test
    void failing_check_is_answered_with_500() {
        serve(Authenticator.custom(
                request -> {
                    throw new IllegalStateException("test");
                },
                Duration.ofSeconds(5),
                app));
        assertThat(request().status()).isEqualTo(500);

        try (Wire other = new Wire()) {
            CompletableFuture<Optional<User>> result = new CompletableFuture<>();
            IoServer.attach(
                    other.channel(),
                    new HttpServer(Authenticator.custom(request -> result, Duration.ofSeconds(5), app)));
            other.send(GET + "\r\n");
            result.completeExceptionally(new IOException("test"));
            assertThat(RawResponse.of(other.received()).status()).isEqualTo(500);
        }
        assertThat(app.seen).isEmpty();
    }

    @Test
    void client_disconnecting_during_check_opens_nothing() {
        CompletableFuture<Optional<User>> result = new CompletableFuture<>();
        serve(Authenticator.custom(request -> result, Duration.ofSeconds(5), app));
        wire.send(GET + "\r\n");
        wire.close();
        result.complete(Optional.of(User.named("ann")));
        wire.channel().runPendingTasks();

        assertThat(app.seen).isEmpty();
    }

    @Test
    void component_failing_after_check_is_answered_with_500() {
        MessageComponent<HttpConnection, Message> failing = new MessageComponent<>() {
            @Override
            public void onOpen(HttpConnection conn) {
                throw new IllegalStateException("test");
            }

            @Override
            public void onMessage(HttpConnection from, Message message) {}
        };
        CompletableFuture<Optional<User>> result = new CompletableFuture<>();
        serve(Authenticator.custom(request -> result, Duration.ofSeconds(5), failing));
        wire.send(GET + "\r\n");
        result.complete(Optional.of(User.named("ann")));

        assertThat(RawResponse.of(wire.received()).status()).isEqualTo(500);
        assertThat(wire.isOpen()).isFalse();
    }

    @Test
    void role_filter_rejects_user_without_role() {
        User ann = User.named("ann").roles("admin");
        Map<String, User> tokens = Map.of("a", ann, "b", User.named("bob"));
        serve(Authenticator.bearer("site", tokens, new RoleFilter("admin", userName())));
        assertThat(request("Authorization: Bearer a").body()).isEqualTo("ann [admin]");

        assertThat(request("Authorization: Bearer b").status()).isEqualTo(403);
    }

    @Test
    void user_is_missing_without_authenticator() {
        serve(app);
        wire.send(GET + "\r\n");

        assertThat(User.find(app.last())).isEmpty();
        assertThatThrownBy(() -> User.of(app.last())).hasMessage("no user (is Authenticator below this component?)");
    }

    @Test
    void shared_secret_hides_its_value() {
        assertThat(SharedSecret.of("abc").toString()).isEqualTo("a secret");
        assertThat(SharedSecret.of("abc").matches("abc")).isTrue();
        assertThat(SharedSecret.of("abc").matches("ab")).isFalse();
        assertThatThrownBy(() -> SharedSecret.of("")).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> Authenticator.basic("a\nb", Map.of(), app)).hasMessageContaining("realm");
    }
}
