package dev.sprocket.session.jdbc;

import com.google.errorprone.annotations.ThreadSafe;
import dev.sprocket.session.spi.SessionFormatException;
import dev.sprocket.session.spi.WritableStore.Change;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Optional;

/**
 * In which tables a site keeps sessions. What they are called may be said; names are letters, digits and underscores, and
 * those without a mixture of cases are found however the database writes them.
 */
@ThreadSafe
public abstract class JdbcSchema {
    JdbcSchema() {}

    /**
     * Symfony's PdoSessionHandler: {@code sessions(sess_id, sess_data, sess_lifetime, sess_time)}, where the lifetime is when
     * a session expires, or, until Symfony 4.3, for how many seconds after its time.
     */
    public static JdbcSchema symfony() {
        return symfony("sessions", "sess_id", "sess_data", "sess_lifetime", "sess_time");
    }

    /** As above, by other names. Throws {@link IllegalArgumentException} for what is no name. */
    public static JdbcSchema symfony(String table, String id, String data, String lifetime, String time) {
        return new SingleTableSchema(
                table, id, data, false, new SingleTableSchema.SymfonyExpiry(lifetime, time), InstantSource.system());
    }

    /**
     * Laravel's database driver: {@code sessions(id, payload, last_activity)}. Laravel encrypts its cookies: the one with the
     * id has to be among the exceptions of its {@code EncryptCookies}.
     *
     * @param lifetime how long a session lasts without being used, as {@code SESSION_LIFETIME} there
     */
    public static JdbcSchema laravel(Duration lifetime) {
        return laravel("sessions", "id", "payload", "last_activity", lifetime);
    }

    /** As above, by other names. Throws {@link IllegalArgumentException} for what is no name. */
    public static JdbcSchema laravel(String table, String id, String data, String time, Duration lifetime) {
        return new SingleTableSchema(
                table, id, data, true, new SingleTableSchema.LaravelExpiry(time, lifetime), InstantSource.system());
    }

    /** Spring Session's {@code SPRING_SESSION} and {@code SPRING_SESSION_ATTRIBUTES}. */
    public static JdbcSchema spring() {
        return spring("SPRING_SESSION");
    }

    /** As above, with another name of the first table, from which that of the other follows. */
    public static JdbcSchema spring(String table) {
        return new SpringSchema(table, InstantSource.system());
    }

    abstract Optional<byte[]> load(Connection connection, String id) throws SQLException;

    /** In a transaction that is not committed yet. */
    abstract boolean update(Connection connection, String id, Change change)
            throws SQLException, SessionFormatException;
}
