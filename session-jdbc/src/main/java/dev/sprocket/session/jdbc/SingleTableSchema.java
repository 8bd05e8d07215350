package dev.sprocket.session.jdbc;

import dev.sprocket.session.spi.SessionFormatException;
import dev.sprocket.session.spi.WritableStore.Change;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Base64;
import java.util.Optional;

/** Session in one row: its id, its data in one column, and its expiry. */
final class SingleTableSchema extends JdbcSchema {
    /** Expiry rule based on one or two columns with seconds since 1970. */
    interface Expiry {
        String firstColumn();

        String secondColumn();

        boolean isExpired(long now, long first, long second);
    }

    /** Expiry rule of Symfony. */
    record SymfonyExpiry(String firstColumn, String secondColumn) implements Expiry {
        /** Limit of Symfony: a longer lifetime than ten years is a time. */
        private static final long MAX_LIFETIME = 315_576_000;

        @Override
        public boolean isExpired(long now, long lifetime, long time) {
            return (lifetime > MAX_LIFETIME ? lifetime : lifetime + time) < now;
        }
    }

    /** Expiry rule of Laravel, whose configuration contains the lifetime. */
    record LaravelExpiry(String firstColumn, Duration lifetime) implements Expiry {
        @Override
        public String secondColumn() {
            return firstColumn;
        }

        @Override
        public boolean isExpired(long now, long lastActivity, long unused) {
            return lastActivity + lifetime.toSeconds() < now;
        }
    }

    private final String table;
    private final String id;
    private final String data;
    private final boolean base64;
    private final Expiry expiry;
    private final InstantSource clock;

    SingleTableSchema(String table, String id, String data, boolean base64, Expiry life, InstantSource clock) {
        this.table = SqlNames.table(table);
        this.id = SqlNames.column("id", id);
        this.data = SqlNames.column("data", data);
        SqlNames.column("lifetime", life.firstColumn());
        SqlNames.column("time", life.secondColumn());
        this.base64 = base64;
        this.expiry = life;
        this.clock = clock;
    }

    @Override
    Optional<byte[]> load(Connection connection, String sessionId) throws SQLException {
        String sql = SqlNames.statement(
                connection,
                "SELECT %s, %s, %s FROM %s WHERE %s = ?",
                data,
                expiry.firstColumn(),
                expiry.secondColumn(),
                table,
                id);
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
