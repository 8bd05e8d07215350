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
 * Tables in which a site keeps sessions.
 *
 * <p>Names consist of letters, digits and underscores. A name in a single case is found regardless of the case that
 * the database stores.
 */
@ThreadSafe
public abstract class JdbcSchema {
    JdbcSchema() {}

    /**
     * Returns the schema of Symfony's PdoSessionHandler with its default names.
     *
     * <p>The table is {@code sessions(sess_id, sess_data, sess_lifetime, sess_time)}. The lifetime column contains
     * the expiry time or, until Symfony 4.3, the number of seconds after {@code sess_time}.
     */
    public static JdbcSchema symfony() {
        return symfony("sessions", "sess_id", "sess_data", "sess_lifetime", "sess_time");
    }

    /**
     * Returns the schema of Symfony's PdoSessionHandler with other names.
     *
     * @throws IllegalArgumentException if a name is invalid
     */
    public static JdbcSchema symfony(String table, String id, String data, String lifetime, String time) {
        return new SingleTableSchema(
                table, id, data, false, new SingleTableSchema.SymfonyExpiry(lifetime, time), InstantSource.system());
    }

    /**
     * Returns the schema of Laravel's database driver with its default names.
     *
     * <p>The table is {@code sessions(id, payload, last_activity)}. Laravel encrypts its cookies: exclude the session
     * cookie in its {@code EncryptCookies}.
     *
     * @param lifetime idle time after which a session expires, {@code SESSION_LIFETIME} in Laravel
     */
    public static JdbcSchema laravel(Duration lifetime) {
        return laravel("sessions", "id", "payload", "last_activity", lifetime);
    }

    /**
     * Returns the schema of Laravel's database driver with other names.
     *
     * @param lifetime idle time after which a session expires, {@code SESSION_LIFETIME} in Laravel
     * @throws IllegalArgumentException if a name is invalid
     */
    public static JdbcSchema laravel(String table, String id, String data, String time, Duration lifetime) {
        return new SingleTableSchema(
                table, id, data, true, new SingleTableSchema.LaravelExpiry(time, lifetime), InstantSource.system());
    }

    /** Returns the schema of Spring Session: {@code SPRING_SESSION} and {@code SPRING_SESSION_ATTRIBUTES}. */
    public static JdbcSchema spring() {
        return spring("SPRING_SESSION");
    }

    /**
     * Returns the schema of Spring Session with another table name.
     *
     * <p>The name of the attribute table is derived from it.
     *
     * @throws IllegalArgumentException if the name is invalid
     */
    public static JdbcSchema spring(String table) {
        return new SpringSchema(table, InstantSource.system());
    }

    abstract Optional<byte[]> load(Connection connection, String id) throws SQLException;

    /** Updates a session within a transaction that the caller commits. */
    abstract boolean update(Connection connection, String id, Change change)
            throws SQLException, SessionFormatException;
}
