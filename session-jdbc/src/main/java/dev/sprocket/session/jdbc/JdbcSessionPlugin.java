package dev.sprocket.session.jdbc;

import com.google.inject.Module;
import com.zaxxer.hikari.HikariDataSource;
import dev.sprocket.plugin.FactoryRegistry;
import dev.sprocket.plugin.Option;
import dev.sprocket.plugin.Plugin;
import dev.sprocket.plugin.Settings;
import dev.sprocket.plugin.SimpleFactory;
import dev.sprocket.session.spi.SessionStore;
import dev.sprocket.session.spi.WatchedClient;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** Brings the store {@code jdbc}. Not thread-safe. */
public final class JdbcSessionPlugin implements Plugin {
    private enum Layout {
        SYMFONY,
        LARAVEL,
        SPRING
    }

    private static final Option<String> URL =
            Option.requiredText("url", "where it is: jdbc:postgresql://host/database");
    private static final Option<Optional<String>> USER = Option.optionalText("user", "as whom");
    private static final Option<Optional<String>> PASSWORD = Option.optionalSecret("password", "of that user");
    private static final Option<Optional<String>> DRIVER =
            Option.optionalText("driver", "the jar of the JDBC driver, if it is not on the class path");
    private static final Option<Layout> LAYOUT = Option.choice("layout", Layout.SYMFONY, "whose tables they are");
    private static final Option<Optional<String>> TABLE =
            Option.optionalText("table", "its name: sessions, or SPRING_SESSION");
    private static final Option<Optional<String>> ID =
            Option.optionalText("id-column", "sess_id for symfony, id for laravel");
    private static final Option<Optional<String>> DATA =
            Option.optionalText("data-column", "sess_data for symfony, payload for laravel");
    private static final Option<Optional<String>> LIFETIME =
            Option.optionalText("lifetime-column", "sess_lifetime for symfony");
    private static final Option<Optional<String>> TIME =
            Option.optionalText("time-column", "sess_time for symfony, last_activity for laravel");
    private static final Option<Duration> IDLE = Option.duration(
            "lifetime", Duration.ofMinutes(120), "for laravel: how long a session lasts without being used");
    private static final Option<Integer> CONNECTIONS =
            Option.number("pool-size", JdbcSessionStore.DEFAULT_CONNECTIONS, 1, 100, "how many it uses at a time");
    private static final Option<Duration> TIMEOUT =
            Option.duration("timeout", JdbcSessionStore.DEFAULT_TIMEOUT, "how long it may take");

    @Override
    public String name() {
        return "session-jdbc";
    }

    @Override
    public Module module() {
        return binder -> FactoryRegistry.services(binder)
                .addBinding()
                .toInstance(SimpleFactory.service(
                        SessionStore.class,
                        "jdbc",
                        "sessions in a database",
                        List.of(
                                URL,
                                USER,
                                PASSWORD,
                                DRIVER,
                                LAYOUT,
                                TABLE,
                                ID,
                                DATA,
                                LIFETIME,
                                TIME,
                                IDLE,
                                CONNECTIONS,
                                TIMEOUT),
                        JdbcSessionPlugin::store));
    }

    private static SessionStore store(Settings settings) {
        JdbcSchema layout = layout(settings);
        int connections = settings.get(CONNECTIONS);
        Duration timeout = settings.get(TIMEOUT);
        WatchedClient<HikariDataSource> pool = JdbcPool.create(
                settings.get(URL),
                settings.get(USER),
                settings.get(PASSWORD),
                settings.get(DRIVER).map(Path::of),
                connections,
                timeout);
        return new JdbcSessionStore(pool::get, layout, connections, timeout, pool::isHealthy, pool::close);
    }

    private static JdbcSchema layout(Settings settings) {
        return switch (settings.get(LAYOUT)) {
            case SYMFONY ->
                JdbcSchema.symfony(
                        settings.get(TABLE).orElse("sessions"),
                        settings.get(ID).orElse("sess_id"),
                        settings.get(DATA).orElse("sess_data"),
                        settings.get(LIFETIME).orElse("sess_lifetime"),
                        settings.get(TIME).orElse("sess_time"));
            case LARAVEL ->
                JdbcSchema.laravel(
                        settings.get(TABLE).orElse("sessions"),
                        settings.get(ID).orElse("id"),
                        settings.get(DATA).orElse("payload"),
                        settings.get(TIME).orElse("last_activity"),
                        settings.get(IDLE));
            case SPRING -> JdbcSchema.spring(settings.get(TABLE).orElse("SPRING_SESSION"));
        };
    }
}
