package dev.sprocket.session.redis.internal.plugin;

import com.google.inject.Module;
import dev.sprocket.plugin.Factory;
import dev.sprocket.plugin.Plugin;
import dev.sprocket.plugin.ServiceFactory;
import dev.sprocket.plugin.config.Option;
import dev.sprocket.plugin.config.Settings;
import dev.sprocket.session.redis.RedisSessionStore;
import dev.sprocket.session.spi.SessionStore;
import java.time.Duration;
import java.util.Optional;

/** Plugin with the session store {@code redis}. Not thread-safe. */
public final class RedisSessionPlugin implements Plugin {
    private enum Layout {
        PHP,
        EXPRESS,
        SPRING
    }

    private static final Option<String> URI = Option.string(
            "uri", "redis://127.0.0.1:6379", "URI redis://password@host:port/database; rediss:// for TLS");
    private static final Option<Layout> LAYOUT =
            Option.choice("layout", Layout.PHP, "Framework that writes the sessions");
    private static final Option<Optional<String>> PREFIX = Option.optionalString(
            "prefix",
            "Prefix of the keys; default: PHPREDIS_SESSION: for php, sess: for express; for"
                    + " spring the namespace spring:session");
    private static final Option<Duration> TIMEOUT = Option.duration(
            "timeout", RedisSessionStore.DEFAULT_TIMEOUT, "Maximum time to connect and for each request");

    @Override
    public String name() {
        return "session-redis";
    }

    @Override
    public Module module() {
        return binder -> ServiceFactory.services(binder)
                .addBinding()
                .toInstance(Factory.named("redis", "Sessions in Redis")
                        .options(URI, LAYOUT, PREFIX, TIMEOUT)
                        .service(SessionStore.class, RedisSessionPlugin::store));
    }

    private static SessionStore store(Settings settings) {
        String uri = settings.get(URI);
        RedisSessionStore.Builder store =
                switch (settings.get(LAYOUT)) {
                    case PHP -> RedisSessionStore.php(uri);
                    case EXPRESS -> RedisSessionStore.express(uri);
                    case SPRING -> RedisSessionStore.spring(uri);
                };
        settings.get(PREFIX).ifPresent(store::prefix);
        return store.timeout(settings.get(TIMEOUT)).build();
    }
}
