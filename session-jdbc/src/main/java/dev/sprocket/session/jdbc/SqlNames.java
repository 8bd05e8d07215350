package dev.sprocket.session.jdbc;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import java.sql.Connection;
import java.sql.DatabaseMetaData;
import java.sql.SQLException;
import java.util.Arrays;
import java.util.Locale;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** Validates and quotes the names of tables and columns. */
final class SqlNames {
    private static final Pattern NAME = Pattern.compile("[A-Za-z_][A-Za-z0-9_]{0,127}");

    private SqlNames() {}

    /**
     * Returns a column name.
     *
     * @throws IllegalArgumentException if it is not a plain name
     */
    @CanIgnoreReturnValue
    static String column(String label, String name) {
        if (!NAME.matcher(name).matches()) {
            throw new IllegalArgumentException(
                    label + ": " + name + " (expected: a letter, then letters, digits and underscores)");
        }
        return name;
    }

    /**
     * Returns a table name, with an optional schema.
     *
     * @throws IllegalArgumentException if a part is not a plain name
     */
    static String table(String name) {
        for (String part : name.split("\\.", -1)) {
            column("table", part);
        }
        return name;
    }

    /**
     * Formats a statement with a quoted name for each {@code %s}.
     *
     * <p>Names are quoted because they may be SQL keywords.
     */
    static String statement(Connection connection, String sql, String... names) throws SQLException {
        DatabaseMetaData database = connection.getMetaData();
        String quote = database.getIdentifierQuoteString().trim();
        Object[] quoted = new Object[names.length];
        for (int i = 0; i < names.length; i++) {
            quoted[i] = quote(database, quote, names[i]);
        }
        return String.format(Locale.ROOT, sql, quoted);
    }

    private static String quote(DatabaseMetaData database, String quote, String name) throws SQLException {
        boolean lower = database.storesLowerCaseIdentifiers();
        boolean upper = database.storesUpperCaseIdentifiers();
        return Arrays.stream(name.split("\\."))
                .map(part -> quote + foldCase(part, lower, upper) + quote)
                .collect(Collectors.joining("."));
    }

    /** Folds the case as the database does for the unquoted names of sites. */
    private static String foldCase(String name, boolean lower, boolean upper) {
        String low = name.toLowerCase(Locale.ROOT);
        String up = name.toUpperCase(Locale.ROOT);
        boolean mixed = !name.equals(low) && !name.equals(up);
        return mixed || !(lower || upper) ? name : lower ? low : up;
    }

    /**
     * Locks the row of an id until the transaction ends.
     *
     * @return whether the row exists
     */
    static boolean lock(Connection connection, String table, String idColumn, String id) throws SQLException {
        String product = connection.getMetaData().getDatabaseProductName();
        // these databases lack FOR UPDATE; an update without a change locks the row, too
        boolean writes = product.equals("SQLite") || product.equals("Microsoft SQL Server");
        String sql = writes
                ? statement(connection, "UPDATE %s SET %s = %s WHERE %s = ?", table, idColumn, idColumn, idColumn)
                : statement(connection, "SELECT %s FROM %s WHERE %s = ? FOR UPDATE", idColumn, table, idColumn);
        try (var lock = connection.prepareStatement(sql)) {
            lock.setString(1, id);
            if (writes) {
                return lock.executeUpdate() > 0;
            }
            try (var found = lock.executeQuery()) {
                return found.next();
            }
        }
    }
}
