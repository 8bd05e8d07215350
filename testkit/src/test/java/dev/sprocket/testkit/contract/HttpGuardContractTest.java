package dev.sprocket.testkit.contract;

import dev.sprocket.core.Connection;
import dev.sprocket.core.Message;
import dev.sprocket.core.MessageComponent;
import dev.sprocket.core.User;
import dev.sprocket.core.spi.LayerContext;
import dev.sprocket.http.AsyncFilter;
import dev.sprocket.http.HttpConnection;
import dev.sprocket.http.HttpResponse;
import dev.sprocket.http.RequestHeadListener;
import dev.sprocket.http.auth.Authenticator;
import dev.sprocket.http.auth.RoleFilter;
import dev.sprocket.http.internal.loopback.LoopbackHostFilter;
import dev.sprocket.http.origin.Cors;
import dev.sprocket.http.origin.OriginFilter;
import dev.sprocket.http.origin.Origins;
import dev.sprocket.http.proxy.TrustedProxies;
import dev.sprocket.http.route.Router;
import dev.sprocket.testkit.WsPeer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Nested;

/** Contract of every filter of HTTP requests. */
class HttpGuardContractTest {
    private static final Duration TIMEOUT = Duration.ofSeconds(10);

    @Nested
    class OriginFilter_ extends HttpGuardContract {
        @Override
        protected MessageComponent<? super HttpConnection, Message> decorate(
                MessageComponent<? super HttpConnection, Message> inner) {
            return new OriginFilter(Origins.sameHost().allowMissing(), inner);
        }

        @Override
        protected Optional<MessageComponent<? super HttpConnection, Message>> rejecting(
                MessageComponent<? super HttpConnection, Message> inner) {
            return Optional.of(new OriginFilter(Origins.sameHost().rejectMissing(), inner));
        }
    }

    @Nested
    class RoleFilter_ extends HttpGuardContract {
        @Override
        protected MessageComponent<? super HttpConnection, Message> decorate(
                MessageComponent<? super HttpConnection, Message> inner) {
            return new RoleFilter("admin", inner);
        }

        @Override
        protected Optional<MessageComponent<? super HttpConnection, Message>> rejecting(
                MessageComponent<? super HttpConnection, Message> inner) {
            return Optional.of(new RoleFilter("root", inner));
        }

        /** Authenticates all clients as a user with the role {@code admin}. */
        @Override
        protected MessageComponent<? super Connection, ? super Message> stack(
                MessageComponent<? super HttpConnection, Message> decorator) {
            User admin = User.named("ada").roles("admin");
            return super.stack(Authenticator.custom(
                    request -> CompletableFuture.completedStage(Optional.of(admin)), TIMEOUT, decorator));
        }
    }

    @Nested
    class LoopbackHostFilter_ extends HttpGuardContract {
        @Override
        protected MessageComponent<? super HttpConnection, Message> decorate(
                MessageComponent<? super HttpConnection, Message> inner) {
            return new LoopbackHostFilter(inner);
        }

        @Override
        protected Optional<MessageComponent<? super HttpConnection, Message>> rejecting(
                MessageComponent<? super HttpConnection, Message> inner) {
            return Optional.of(fromAddress("127.0.0.1", new LoopbackHostFilter(inner)));
        }

        @Override
        protected byte[] handshake() {
            return WsPeer.handshake("/")
                    .replace("Host: localhost", "Host: rebound.test")
                    .getBytes(StandardCharsets.UTF_8);
        }
    }

    @Nested
    class Cors_ extends HttpGuardContract {
        @Override
        protected MessageComponent<? super HttpConnection, Message> decorate(
                MessageComponent<? super HttpConnection, Message> inner) {
            return new Cors(Origins.sameHost(), inner);
        }
    }

    @Nested
    class TrustedProxies_ extends HttpGuardContract {
        @Override
        protected MessageComponent<? super HttpConnection, Message> decorate(
                MessageComponent<? super HttpConnection, Message> inner) {
            return new TrustedProxies(List.of("10.0.0.0/8"), inner);
        }

        @Override
        protected Optional<MessageComponent<? super HttpConnection, Message>> rejecting(
                MessageComponent<? super HttpConnection, Message> inner) {
            return Optional.of(fromAddress("10.0.0.1", new TrustedProxies(List.of("10.0.0.0/8"), inner)));
        }

        @Override
        protected byte[] handshake() {
            return WsPeer.handshake("/", "X-Forwarded-For: 192.0.2.1", "X-Forwarded-Proto: gopher")
                    .getBytes(StandardCharsets.UTF_8);
        }
    }

    @Nested
    class AsyncFilter_ extends HttpGuardContract {
        @Override
        protected MessageComponent<? super HttpConnection, Message> decorate(
                MessageComponent<? super HttpConnection, Message> inner) {
            return new AsyncFilter(conn -> CompletableFuture.completedStage(Optional.empty()), inner);
        }

        @Override
        protected Optional<MessageComponent<? super HttpConnection, Message>> rejecting(
                MessageComponent<? super HttpConnection, Message> inner) {
            return Optional.of(new AsyncFilter(
                    conn -> CompletableFuture.completedStage(Optional.of(HttpResponse.error(403, "no"))), inner));
        }
    }

    @Nested
    class AsyncFilter_that_completes_later extends HttpGuardContract {
        @Override
        protected MessageComponent<? super HttpConnection, Message> decorate(
                MessageComponent<? super HttpConnection, Message> inner) {
            return new AsyncFilter(
                    conn -> {
                        CompletableFuture<Optional<HttpResponse>> result = new CompletableFuture<>();
                        LayerContext.of(conn).loop().execute(() -> result.complete(Optional.empty()));
                        return result;
                    },
                    inner);
        }

        @Override
        protected Optional<MessageComponent<? super HttpConnection, Message>> rejecting(
                MessageComponent<? super HttpConnection, Message> inner) {
            return Optional.of(new AsyncFilter(
                    conn -> {
                        CompletableFuture<Optional<HttpResponse>> result = new CompletableFuture<>();
                        LayerContext.of(conn)
                                .loop()
                                .execute(() -> result.complete(Optional.of(HttpResponse.error(403, "no"))));
                        return result;
                    },
                    inner));
        }
    }

    @Nested
    class Authenticator_ extends HttpGuardContract {
        @Override
        protected MessageComponent<? super HttpConnection, Message> decorate(
                MessageComponent<? super HttpConnection, Message> inner) {
            return Authenticator.custom(
                    request -> CompletableFuture.completedStage(Optional.of(User.named("ada"))), TIMEOUT, inner);
        }

        @Override
        protected Optional<MessageComponent<? super HttpConnection, Message>> rejecting(
                MessageComponent<? super HttpConnection, Message> inner) {
            return Optional.of(Authenticator.custom(
                    request -> CompletableFuture.completedStage(Optional.empty()), TIMEOUT, inner));
        }
    }

    @Nested
    class AfterBody_ extends HttpGuardContract {
        @Override
        protected MessageComponent<? super HttpConnection, Message> decorate(
                MessageComponent<? super HttpConnection, Message> inner) {
            return RequestHeadListener.afterBody(inner);
        }
    }

    @Nested
    class Router_ extends HttpGuardContract {
        @Override
        protected MessageComponent<? super HttpConnection, Message> decorate(
                MessageComponent<? super HttpConnection, Message> inner) {
            return new Router().upgrade("/", inner);
        }

        @Override
        protected Optional<MessageComponent<? super HttpConnection, Message>> rejecting(
                MessageComponent<? super HttpConnection, Message> inner) {
            return Optional.of(new Router().upgrade("/elsewhere", inner));
        }
    }
}
