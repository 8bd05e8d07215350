package dev.sprocket.session.jdbc.internal.plugin;

import dev.sprocket.plugin.internal.registry.TrustedCode;
import java.io.IOException;
import java.io.PrintWriter;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.Driver;
import java.sql.SQLException;
import java.sql.SQLFeatureNotSupportedException;
import java.util.Optional;
import java.util.Properties;
import java.util.ServiceLoader;
import java.util.logging.Logger;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/**
 * Data source of one driver, which may belong to another class loader.
 *
 * <p>{@link java.sql.DriverManager} does not see such drivers.
 */
record DriverDataSource(Driver driver, String url, Properties properties) implements DataSource {
    /**
     * Finds the driver of a URL.
     *
     * @param jar jar with the driver; by default the class path
     * @throws IllegalArgumentException if no driver supports the URL
     */
    static DriverDataSource of(String url, Optional<String> user, Optional<String> password, Optional<Path> jar) {
        Properties properties = new Properties();
        user.ifPresent(name -> properties.setProperty("user", name));
        password.ifPresent(secret -> properties.setProperty("password", secret));
        return new DriverDataSource(driver(url, jar), url, properties);
    }

    @SuppressWarnings("resource") // the driver's classes are used until the server stops
    private static Driver driver(String url, Optional<Path> jar) {
        ClassLoader loader = DriverDataSource.class.getClassLoader();
        if (jar.isPresent()) {
            if (!Files.isRegularFile(jar.get())) {
                throw new IllegalArgumentException("driver: " + jar.get() + " (expected: a JAR file)");
            }
            try {
                TrustedCode.check(jar.get());
                loader = new URLClassLoader(new URL[] {jar.get().toUri().toURL()}, loader);
            } catch (IllegalArgumentException e) {
                throw new IllegalArgumentException("driver: " + e.getMessage(), e);
            } catch (IOException e) {
                throw new IllegalArgumentException("driver: " + jar.get() + " (expected: a JAR file)", e);
            }
        }
        for (Driver driver : ServiceLoader.load(Driver.class, loader)) {
            try {
                if (driver.acceptsURL(url)) {
                    return driver;
                }
            } catch (SQLException e) {
                continue; // not a driver for this URL
            }
        }
        int scheme = url.indexOf(':', url.indexOf(':') + 1);
        throw new IllegalArgumentException("no driver for " + (scheme < 0 ? "the url" : url.substring(0, scheme))
                + " (expected: JAR file of the driver in driver or on the class path)");
    }

    @Override
    public Connection getConnection() throws SQLException {
        Connection connection = driver.connect(url, properties);
        if (connection == null) {
            throw new SQLException("driver does not support the URL");
        }
        return connection;
    }

    @Override
    public Connection getConnection(String user, String password) throws SQLException {
        throw new SQLFeatureNotSupportedException();
    }

    @Override
    public @Nullable PrintWriter getLogWriter() {
        return null;
    }

    @Override
    public void setLogWriter(PrintWriter out) {}

    @Override
    public void setLoginTimeout(int seconds) {}

    @Override
    public int getLoginTimeout() {
        return 0;
    }

    @Override
    public Logger getParentLogger() throws SQLFeatureNotSupportedException {
        throw new SQLFeatureNotSupportedException();
    }

    @Override
    public <T> T unwrap(Class<T> type) throws SQLException {
        throw new SQLException("not a wrapper");
    }

    @Override
    public boolean isWrapperFor(Class<?> type) {
        return false;
    }

    /** Returns the class of the driver; without the password. */
    @Override
    public String toString() {
        return "connections by " + driver.getClass().getName();
    }
}
