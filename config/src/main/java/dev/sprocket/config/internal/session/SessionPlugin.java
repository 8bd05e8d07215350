package dev.sprocket.config.internal.session;

import com.google.inject.Module;
import com.google.inject.multibindings.Multibinder;
import dev.sprocket.plugin.Factory;
import dev.sprocket.plugin.LayerFactory;
import dev.sprocket.plugin.Plugin;
import dev.sprocket.plugin.ServiceFactory;
import dev.sprocket.plugin.config.Option;
import dev.sprocket.session.MemoryStore;
import dev.sprocket.session.spi.SessionStore;
import java.time.Duration;

/** Plugin with the layer and services of {@code session}. Not thread-safe. */
public final class SessionPlugin implements Plugin {
    private static final Option<Duration> LIFETIME =
            Option.duration("lifetime", MemoryStore.DEFAULT_LIFETIME, "Lifetime of a session after its last write");
    private static final Option<Integer> MAX_SESSIONS = Option.number(
            "max-sessions",
            MemoryStore.DEFAULT_MAX_SESSIONS,
            1,
            100_000_000,
            "Maximum number of sessions; beyond it the oldest is removed");

    @Override
    public String name() {
        return "session";
    }

    @Override
    public Module module() {
        return binder -> {
            Multibinder.newSetBinder(binder, LayerFactory.class).addBinding().to(SessionLayer.class);
            var services = ServiceFactory.services(binder);
            SessionServices.all().forEach(service -> services.addBinding().toInstance(service));
            services.addBinding()
                    .toInstance(Factory.named(
                                    "memory",
                                    "Sessions in the memory of this process, for components that create sessions")
                            .options(LIFETIME, MAX_SESSIONS)
                            .service(
                                    SessionStore.class,
                                    settings -> new MemoryStore(settings.get(LIFETIME), settings.get(MAX_SESSIONS))));
        };
    }
}
