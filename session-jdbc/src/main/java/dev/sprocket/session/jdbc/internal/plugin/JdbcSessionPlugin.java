package dev.sprocket.session.jdbc.internal.plugin;

import com.google.inject.Module;
import dev.sprocket.plugin.Factory;
import dev.sprocket.plugin.Plugin;
import dev.sprocket.plugin.ServiceFactory;
import dev.sprocket.plugin.config.ConfigErrors;
import dev.sprocket.plugin.config.Option;
import dev.sprocket.plugin.config.Settings;
import dev.sprocket.session.jdbc.JdbcSchema;
import dev.sprocket.session.jdbc.JdbcSessionStore;
import dev.sprocket.session.spi.SessionStore;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** Plugin with the session store {@code jdbc}. Not thread-safe. */
public final class JdbcSessionPlugin implements Plugin {
    private enum Layout {
        SYMFONY,
        LARAVEL,
        SPRING
    }

    private static final Option<String> URL =
            Option.requiredString("url", "JDBC URL, such as jdbc:postgresql://host/database");
    private static final Option<Optional<String>> USER = Option.optionalString("user", "Database user");
    private static final Option<Optional<String>> PASSWORD =
            Option.optionalSecret("password", "Password of the database user");
    private static final Option<Optional<String>> DRIVER =
            Option.optionalString("driver", "Jar with the JDBC driver; default: the class path");
    private static final Option<Layout> LAYOUT =
            Option.choice("layout", Layout.SYMFONY, "Framework whose tables are used");
    private static final Option<Optional<String>> TABLE =
            Option.optionalString("table", "Table; default: sessions, for spring SPRING_SESSION");
    private static final Option<Optional<String>> ID = Option.optionalString(
            "id-column", "Column of the session id; default: sess_id for symfony, id for laravel; ignored for spring");
    private static final Option<Optional<String>> DATA = Option.optionalString(
            "data-column",
            "Column of the data; default: sess_data for symfony, payload for laravel; ignored for spring");
    private static final Option<Optional<String>> LIFETIME = Option.optionalString(
            "lifetime-column",
            "Column of the expiry, for symfony; default: sess_lifetime; ignored for laravel and spring");
    private static final Option<Optional<String>> TIME = Option.optionalString(
            "time-column",
            "Column of the last write; default: sess_time for symfony, last_activity for"
                    + " laravel; ignored for spring");
    private static final Option<Duration> IDLE = Option.duration(
            "lifetime", Duration.ofMinutes(120), "Idle time after which a session expires, for laravel");
    private static final Option<Integer> CONNECTIONS = Option.number(
            "pool-size", JdbcSessionStore.DEFAULT_CONNECTIONS, 1, 100, "Maximum number of database connections");
    private static final Option<Duration> TIMEOUT =
            Option.duration("timeout", JdbcSessionStore.DEFAULT_TIMEOUT, "Maximum time to connect and for each query");

    @Override
    public String name() {
        return "session-jdbc";
    }

    @Override
    public Module module() {
        return binder -> ServiceFactory.services(binder)
                .addBinding()
                .toInstance(Factory.named("jdbc", "Sessions in a database")
                        .options(
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
                                TIMEOUT)
                        .warnings(JdbcSessionPlugin::warn)
                        .service(SessionStore.class, JdbcSessionPlugin::store));
    }

    private static void warn(Settings settings, ConfigErrors problems) {
        Layout layout = settings.get(LAYOUT);
        String reason = "with layout = " + layout.name().toLowerCase(Locale.ROOT);
        if (layout == Layout.SPRING) {
            List.of(ID, DATA, TIME).forEach(column -> settings.warnIfSet(column, reason, problems));
        }
        if (layout != Layout.SYMFONY) {
            settings.warnIfSet(LIFETIME, reason, problems);
        }
        if (layout != Layout.LARAVEL) {
            settings.warnIfSet(IDLE, reason + ", because its tables contain the expiry of each session", problems);
        }
    }

    private static SessionStore store(Settings settings) {
        DriverDataSource database = DriverDataSource.of(
                settings.get(URL),
                settings.get(USER),
                settings.get(PASSWORD),
                settings.get(DRIVER).map(Path::of));
        return JdbcSessionStore.builder(database, schema(settings))
                .connections(settings.get(CONNECTIONS))
                .timeout(settings.get(TIMEOUT))
                .pooled()
                .build();
    }

    private static JdbcSchema schema(Settings settings) {
        JdbcSchema schema =
                switch (settings.get(LAYOUT)) {
                    case SYMFONY -> {
                        JdbcSchema symfony = column(JdbcSchema.symfony(), "sess_id", settings.get(ID));
                        symfony = column(symfony, "sess_data", settings.get(DATA));
                        symfony = column(symfony, "sess_lifetime", settings.get(LIFETIME));
                        yield column(symfony, "sess_time", settings.get(TIME));
                    }
                    case LARAVEL -> {
                        JdbcSchema laravel = column(JdbcSchema.laravel(settings.get(IDLE)), "id", settings.get(ID));
                        laravel = column(laravel, "payload", settings.get(DATA));
                        yield column(laravel, "last_activity", settings.get(TIME));
                    }
                    case SPRING -> JdbcSchema.spring();
                };
        return settings.get(TABLE).map(schema::table).orElse(schema);
    }

    private static JdbcSchema column(JdbcSchema schema, String standard, Optional<String> name) {
        return name.map(other -> schema.column(standard, other)).orElse(schema);
    }
}
