package dev.sprocket.checks.keys;

import java.sql.Connection;
import java.sql.Driver;
import java.sql.DriverManager;
import java.sql.DriverPropertyInfo;
import java.sql.SQLException;
import java.util.List;
import java.util.Properties;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.logging.Logger;

/**
 * JDBC driver that records credentials and can delay connections.
 *
 * <p>Its URLs are {@code jdbc:recording:} followed by the URL of the delegate.
 */
public final class RecordingDriver implements Driver {
    static final String PREFIX = "jdbc:recording:";
    /** User and password of each connection, separated by a space. */
    static final List<String> CONNECTED = new CopyOnWriteArrayList<>();
    /** Latch that connections wait for. */
    static volatile CountDownLatch gate = new CountDownLatch(0);

    @Override
    public Connection connect(String url, Properties info) throws SQLException {
        if (!acceptsURL(url)) {
            return null;
        }
        CONNECTED.add(info.getProperty("user") + " " + info.getProperty("password"));
        try {
            gate.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        return DriverManager.getConnection(url.substring(PREFIX.length()));
    }

    @Override
    public boolean acceptsURL(String url) {
        return url.startsWith(PREFIX);
    }

    @Override
    public DriverPropertyInfo[] getPropertyInfo(String url, Properties info) {
        return new DriverPropertyInfo[0];
    }

    @Override
    public int getMajorVersion() {
        return 1;
    }

    @Override
    public int getMinorVersion() {
        return 0;
    }

    @Override
    public boolean jdbcCompliant() {
        return false;
    }

    @Override
    public Logger getParentLogger() {
        return Logger.getLogger(Logger.GLOBAL_LOGGER_NAME);
    }
}
