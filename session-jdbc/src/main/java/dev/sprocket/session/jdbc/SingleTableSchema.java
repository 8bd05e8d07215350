package dev.sprocket.session.jdbc;

import dev.sprocket.session.spi.SessionFormatException;
import dev.sprocket.session.spi.SessionStore.Change;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Session in one row: its id, its data in one column, and its expiry. */
final class SingleTableSchema extends JdbcSchema {
    /** Expiry rule based on one or two columns with seconds since 1970. */
    @FunctionalInterface
    private interface Expiry {
        boolean isExpired(long now, long first, long second);
    }

    /** Limit of Symfony: a longer lifetime than ten years is a time. */
    private static final long MAX_LIFETIME = 315_576_000;

    private final String table;
    /** Names by standard name: id, data, first and second column of the expiry. */
    private final Map<String, String> columns;

    private final boolean base64;
    private final Expiry expiry;
    private final InstantSource clock = InstantSource.system();

    private final String id;
    private final String data;
    private final String first;
    private final String second;

    private SingleTableSchema(String table, Map<String, String> columns, boolean base64, Expiry expiry) {
        this.table = SqlNames.table(table);
        this.columns = columns;
        this.base64 = base64;
        this.expiry = expiry;
        List<String> names = List.copyOf(columns.values());
        this.id = names.get(0);
        this.data = names.get(1);
        this.first = names.get(2);
        this.second = names.get(names.size() - 1);
    }

    static SingleTableSchema ofSymfony() {
        return new SingleTableSchema(
                "sessions",
                columns("sess_id", "sess_data", "sess_lifetime", "sess_time"),
                false,
                (now, lifetime, time) -> (lifetime > MAX_LIFETIME ? lifetime : lifetime + time) < now);
    }

    static SingleTableSchema ofLaravel(Duration lifetime) {
        return new SingleTableSchema(
                "sessions",
                columns("id", "payload", "last_activity"),
                true,
                (now, lastActivity, unused) -> lastActivity + lifetime.toSeconds() < now);
    }

    private static Map<String, String> columns(String... names) {
        Map<String, String> columns = new LinkedHashMap<>();
        for (String name : names) {
            columns.put(name, name);
        }
        return columns;
    }

    @Override
    public JdbcSchema table(String name) {
        return new SingleTableSchema(name, columns, base64, expiry);
    }

    @Override
    public JdbcSchema column(String standard, String name) {
        if (!columns.containsKey(standard)) {
            throw new IllegalArgumentException(
                    "column: " + standard + " (expected: one of " + String.join(", ", columns.keySet()) + ")");
        }
        Map<String, String> renamed = new LinkedHashMap<>(columns);
        renamed.put(standard, SqlNames.column(standard, name));
        return new SingleTableSchema(table, renamed, base64, expiry);
    }

    @Override
    Optional<byte[]> load(Connection connection, String sessionId) throws SQLException {
        String sql = SqlNames.statement(
                connection, "SELECT %s, %s, %s FROM %s WHERE %s = ?", data, first, second, table, id);
        try (PreparedStatement select = connection.prepareStatement(sql)) {
            select.setString(1, sessionId);
            try (ResultSet row = select.executeQuery()) {
                long now = clock.instant().getEpochSecond();
                if (!row.next() || expiry.isExpired(now, row.getLong(2), row.getLong(3))) {
                    return Optional.empty();
                }
                return Optional.ofNullable(base64 ? decode(row.getString(1)) : row.getBytes(1));
            }
        }
    }

    private static byte[] decode(String text) throws SQLException {
        try {
            return Base64.getMimeDecoder().decode(text);
        } catch (IllegalArgumentException e) {
            throw new SQLException("session is not Base64", e);
        }
    }

    @Override
    boolean update(Connection connection, String sessionId, Change change) throws SQLException, SessionFormatException {
        if (!SqlNames.lock(connection, table, id, sessionId)) {
            return false;
        }
        Optional<byte[]> stored = load(connection, sessionId);
        if (stored.isEmpty()) {
            return false;
        }
        byte[] changed = change.apply(stored.get());
        String sql = SqlNames.statement(connection, "UPDATE %s SET %s = ? WHERE %s = ?", table, data, id);
        try (PreparedStatement update = connection.prepareStatement(sql)) {
            if (base64) {
                update.setString(1, Base64.getEncoder().encodeToString(changed));
            } else {
                update.setBytes(1, changed);
            }
            update.setString(2, sessionId);
            return update.executeUpdate() > 0;
        }
    }
}
