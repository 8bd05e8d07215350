package dev.sprocket.checks;

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

/** A JDBC driver that notes who connects, and lets connections wait: {@code jdbc:recording:} and another URL. */
public final class RecordingDriver implements Driver {
    static final String PREFIX = "jdbc:recording:";
    /** For each connection user and password. */
    static final List<String> CONNECTED = new CopyOnWriteArrayList<>();
    /** Connections wait until this is open. */
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
