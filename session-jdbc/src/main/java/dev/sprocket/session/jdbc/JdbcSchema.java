package dev.sprocket.session.jdbc;

import com.google.errorprone.annotations.ThreadSafe;
import dev.sprocket.session.spi.SessionFormatException;
import dev.sprocket.session.spi.SessionStore.Change;
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
     * Returns the schema of Symfony's PdoSessionHandler.
     *
     * <p>The table is {@code sessions(sess_id, sess_data, sess_lifetime, sess_time)}. The lifetime column contains
     * the expiry time or, until Symfony 4.3, the number of seconds after {@code sess_time}.
     */
    public static JdbcSchema symfony() {
        return SingleTableSchema.ofSymfony();
    }

    /**
     * Returns the schema of Laravel's database driver.
     *
     * <p>The table is {@code sessions(id, payload, last_activity)}. Laravel encrypts its cookies: exclude the session
     * cookie in its {@code EncryptCookies}.
     *
     * @param lifetime idle time after which a session expires, {@code SESSION_LIFETIME} in Laravel
     */
    public static JdbcSchema laravel(Duration lifetime) {
        return SingleTableSchema.ofLaravel(lifetime);
    }

    /** Returns the schema of Spring Session: {@code SPRING_SESSION} and {@code SPRING_SESSION_ATTRIBUTES}. */
    public static JdbcSchema spring() {
        return new SpringSchema("SPRING_SESSION", InstantSource.system());
    }

    /**
     * Returns a copy with another table.
     *
     * <p>For Spring Session, the name of the attribute table is derived from it.
     *
     * @throws IllegalArgumentException if the name is invalid
     */
    public abstract JdbcSchema table(String name);

    /**
     * Returns a copy in which a column has another name.
     *
     * @param standard name of the column in the framework, such as {@code sess_id}
     * @throws IllegalArgumentException if the framework has no such column or fixes its name, or the new name is
     *     invalid
     */
    public abstract JdbcSchema column(String standard, String name);

    abstract Optional<byte[]> load(Connection connection, String id) throws SQLException;

    /** Updates a session within a transaction that the caller commits. */
    abstract boolean update(Connection connection, String id, Change change)
            throws SQLException, SessionFormatException;
}
