package dev.sprocket.session.jwt;

import dev.sprocket.core.internal.log.PeerLog;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keys of a JWKS file, reloaded when it changes.
 *
 * <p>The file attributes are checked for each token, with one system call.
 */
final class JwksFile {
    private static final Logger LOG = LoggerFactory.getLogger(JwksFile.class);
    /** Logger for a failure that recurs with each token. */
    private static final PeerLog REPEATED = PeerLog.of(JwksFile.class);

    private record Version(Object modified, long size, Object fileKey) {}

    private record Snapshot(Version version, List<JwtKey> keys) {}

    private final Path file;
    private volatile Snapshot snapshot;

    JwksFile(Path file) {
        this.file = file;
        try {
            Version version = version();
            this.snapshot = new Snapshot(version, JwtKeys.parseJwks(file));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    List<JwtKey> keys() {
        try {
            Version now = version();
            if (!now.equals(snapshot.version)) {
                reload(now);
            }
        } catch (IOException e) {
            REPEATED.warn(
                    file,
                    "JWKS file not readable, current keys stay in use: file={} cause=\"{}\" (restore the file)",
                    file,
                    e.toString());
        }
        return snapshot.keys;
    }

    private synchronized void reload(Version now) {
        if (now.equals(snapshot.version)) {
            return;
        }
        List<JwtKey> keys = snapshot.keys;
        try {
            keys = JwtKeys.parseJwks(file);
            LOG.info("JWKS file loaded: file={} keys={}", file, keys.size());
        } catch (IOException | IllegalArgumentException e) {
            LOG.warn(
                    "JWKS file not loaded, current keys stay in use: file={} cause=\"{}\" (fix the file)",
                    file,
                    e.getMessage());
        }
        snapshot = new Snapshot(now, keys);
    }

    private Version version() throws IOException {
        BasicFileAttributes now = Files.readAttributes(file, BasicFileAttributes.class);
        return new Version(now.lastModifiedTime(), now.size(), String.valueOf(now.fileKey()));
    }
}
