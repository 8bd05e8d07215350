package dev.sprocket.session.memcached.internal.plugin;

import com.google.inject.Module;
import dev.sprocket.plugin.Factory;
import dev.sprocket.plugin.Plugin;
import dev.sprocket.plugin.ServiceFactory;
import dev.sprocket.plugin.config.Option;
import dev.sprocket.session.memcached.MemcachedSessionStore;
import dev.sprocket.session.spi.SessionStore;
import java.time.Duration;

/** Plugin with the session store {@code memcached}. Not thread-safe. */
public final class MemcachedSessionPlugin implements Plugin {
    private static final Option<String> HOST = Option.string("host", "127.0.0.1", "Host of memcached");
    private static final Option<Integer> PORT = Option.number("port", 11211, 1, 65535, "Port of memcached");
    private static final Option<String> PREFIX = Option.string(
            "prefix", MemcachedSessionStore.DEFAULT_PREFIX, "Prefix of the keys (memcached.sess_prefix of PHP)");
    private static final Option<Duration> LIFETIME = Option.duration(
            "lifetime",
            MemcachedSessionStore.DEFAULT_LIFETIME,
            "Lifetime of a written session (session.gc_maxlifetime of PHP)");
    private static final Option<Duration> TIMEOUT = Option.duration(
            "timeout", MemcachedSessionStore.DEFAULT_TIMEOUT, "Maximum time to connect and for each request");

    @Override
    public String name() {
        return "session-memcached";
    }

    @Override
    public Module module() {
        return binder -> ServiceFactory.services(binder)
                .addBinding()
                .toInstance(Factory.named("memcached", "Sessions in memcached")
                        .options(HOST, PORT, PREFIX, LIFETIME, TIMEOUT)
                        .service(SessionStore.class, settings -> MemcachedSessionStore.builder(
                                        settings.get(HOST), settings.get(PORT))
                                .prefix(settings.get(PREFIX))
                                .lifetime(settings.get(LIFETIME))
                                .timeout(settings.get(TIMEOUT))
                                .build()));
    }
}
