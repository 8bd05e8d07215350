package dev.sprocket.session.jdbc;

import dev.sprocket.session.internal.store.AttributeBytes;
import dev.sprocket.session.spi.SessionFormatException;
import dev.sprocket.session.spi.SessionStore.Change;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * Schema of Spring Session: one row per session and one per attribute.
 *
 * <p>The codec receives the attributes as {@link AttributeBytes}.
 */
final class SpringSchema extends JdbcSchema {
    private static final String PRIMARY = "PRIMARY_ID";
    private static final String SESSION = "SESSION_PRIMARY_ID";
    private static final String NAME = "ATTRIBUTE_NAME";
    private static final String BYTES = "ATTRIBUTE_BYTES";

    private final String sessions;
    private final String attributes;
    private final InstantSource clock;

    SpringSchema(String table, InstantSource clock) {
        this.sessions = SqlNames.table(table);
        this.attributes =
                table + (table.equals(table.toUpperCase(java.util.Locale.ROOT)) ? "_ATTRIBUTES" : "_attributes");
        this.clock = clock;
    }

    @Override
    public JdbcSchema table(String name) {
        return new SpringSchema(name, clock);
    }

    @Override
    public JdbcSchema column(String standard, String name) {
        throw new IllegalArgumentException("column: " + standard + " (expected: none, Spring Session fixes them)");
    }

    @Override
    Optional<byte[]> load(Connection connection, String id) throws SQLException {
        Optional<String> primary = primary(connection, id);
        return primary.isEmpty()
                ? Optional.empty()
                : Optional.of(AttributeBytes.join(attributes(connection, primary.get())));
    }

    private Optional<String> primary(Connection connection, String id) throws SQLException {
        String sql = SqlNames.statement(
                connection,
                "SELECT %s FROM %s WHERE %s = ? AND %s >= ?",
                PRIMARY,
                sessions,
                "SESSION_ID",
                "EXPIRY_TIME");
        try (PreparedStatement select = connection.prepareStatement(sql)) {
            select.setString(1, id);
            select.setLong(2, clock.millis());
            try (ResultSet row = select.executeQuery()) {
                return row.next() ? Optional.of(row.getString(1)) : Optional.empty();
            }
        }
    }

    private Map<String, byte[]> attributes(Connection connection, String primary) throws SQLException {
        String sql = SqlNames.statement(
                connection, "SELECT %s, %s FROM %s WHERE %s = ? ORDER BY %s", NAME, BYTES, attributes, SESSION, NAME);
        try (PreparedStatement select = connection.prepareStatement(sql)) {
            select.setString(1, primary);
            try (ResultSet rows = select.executeQuery()) {
                Map<String, byte[]> all = new LinkedHashMap<>();
                while (rows.next()) {
                    all.put(rows.getString(1), rows.getBytes(2));
                }
                return all;
            }
        }
    }

    @Override
    boolean update(Connection connection, String id, Change change) throws SQLException, SessionFormatException {
        if (!SqlNames.lock(connection, sessions, "SESSION_ID", id)) {
            return false;
        }
        Optional<String> primary = primary(connection, id);
        if (primary.isEmpty()) {
            return false;
        }
        Map<String, byte[]> before = attributes(connection, primary.get());
        Map<String, byte[]> after = AttributeBytes.split(change.apply(AttributeBytes.join(before)));
        for (Map.Entry<String, byte[]> attribute : after.entrySet()) {
            byte[] old = before.get(attribute.getKey());
            if (old == null) {
                write(connection, "INSERT INTO %4$s (%1$s, %2$s, %3$s) VALUES (?, ?, ?)", primary.get(), attribute);
            } else if (!Arrays.equals(old, attribute.getValue())) {
                write(connection, "UPDATE %4$s SET %1$s = ? WHERE %2$s = ? AND %3$s = ?", primary.get(), attribute);
            }
        }
        for (String name : before.keySet()) {
            if (!after.containsKey(name)) {
                delete(connection, primary.get(), name);
            }
        }
        return true;
    }

    private void write(Connection connection, String sql, String primary, Map.Entry<String, byte[]> attribute)
            throws SQLException {
        try (PreparedStatement write =
                connection.prepareStatement(SqlNames.statement(connection, sql, BYTES, SESSION, NAME, attributes))) {
            write.setBytes(1, attribute.getValue());
            write.setString(2, primary);
            write.setString(3, attribute.getKey());
            write.executeUpdate();
        }
    }

    private void delete(Connection connection, String primary, String name) throws SQLException {
        String sql =
                SqlNames.statement(connection, "DELETE FROM %s WHERE %s = ? AND %s = ?", attributes, SESSION, NAME);
        try (PreparedStatement delete = connection.prepareStatement(sql)) {
            delete.setString(1, primary);
            delete.setString(2, name);
            delete.executeUpdate();
        }
    }
}
