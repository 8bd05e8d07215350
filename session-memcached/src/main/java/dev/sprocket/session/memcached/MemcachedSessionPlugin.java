package dev.sprocket.session.memcached;

import com.google.inject.Module;
import dev.sprocket.plugin.FactoryRegistry;
import dev.sprocket.plugin.Option;
import dev.sprocket.plugin.Plugin;
import dev.sprocket.plugin.SimpleFactory;
import dev.sprocket.session.spi.SessionStore;
import java.time.Duration;
import java.util.List;

/** Brings the store {@code memcached}. Not thread-safe. */
public final class MemcachedSessionPlugin implements Plugin {
    private static final Option<String> HOST = Option.text("host", "127.0.0.1", "where it is");
    private static final Option<Integer> PORT = Option.number("port", 11211, 1, 65535, "where it is");
    private static final Option<String> PREFIX =
            Option.text("prefix", MemcachedSessionStore.DEFAULT_PREFIX, "before the ids, as memcached.sess_prefix");
    private static final Option<Duration> LIFETIME = Option.duration(
            "lifetime", MemcachedSessionStore.DEFAULT_LIFETIME, "of what is written, as session.gc_maxlifetime");
    private static final Option<Duration> TIMEOUT =
            Option.duration("timeout", MemcachedSessionStore.DEFAULT_TIMEOUT, "how long it may take");

    @Override
    public String name() {
        return "session-memcached";
    }

    @Override
    public Module module() {
        return binder -> FactoryRegistry.services(binder)
                .addBinding()
                .toInstance(SimpleFactory.service(
                        SessionStore.class,
                        "memcached",
                        "sessions in memcached",
                        List.of(HOST, PORT, PREFIX, LIFETIME, TIMEOUT),
                        settings -> new MemcachedSessionStore(
                                settings.get(HOST),
                                settings.get(PORT),
                                settings.get(PREFIX),
                                settings.get(LIFETIME),
                                settings.get(TIMEOUT))));
    }
}
