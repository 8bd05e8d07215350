package dev.sprocket.core.io;

import com.google.errorprone.annotations.ThreadSafe;
import java.io.IOException;
import java.io.InputStream;
import java.net.URL;
import java.util.Enumeration;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.TreeMap;
import java.util.TreeSet;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Rejects other versions of Netty than 4.2, which would fail later with {@code NoClassDefFoundError}.
 *
 * <p>An imported BOM or a parent project may set other versions for some or all modules of Netty.
 */
@ThreadSafe
final class NettyVersions {
    private static final Logger LOG = LoggerFactory.getLogger(NettyVersions.class);
    private static final String LINE = "4.2.";
    /** Artifacts with version numbers of their own. */
    private static final String OTHER_VERSIONS = "netty-tcnative";

    private static final String VERSIONS = "META-INF/io.netty.versions.properties";
    private static final String KEY_END = ".version";

    private NettyVersions() {}

    /** Result of the check, which runs once. */
    private static final class Found {
        static final Optional<String> MISMATCH = look();

        private static Optional<String> look() {
            Map<String, String> versions = new TreeMap<>();
            read(versions);
            Optional<String> mismatch = mismatch(versions);
            if (mismatch.isEmpty()) {
                patchLevels(versions)
                        .ifPresent(several -> LOG.warn(
                                "Netty modules have several versions: versions=\"{}\" (import"
                                        + " dev.sprocket:sprocket-bom before other BOMs)",
                                several));
            }
            return mismatch;
        }
    }

    /** Reads what Netty's {@code Version.identify} does, without the dates: parsing them takes 100 ms. */
    private static void read(Map<String, String> versions) {
        try {
            ClassLoader loader = NettyVersions.class.getClassLoader();
            Enumeration<URL> files =
                    loader == null ? ClassLoader.getSystemResources(VERSIONS) : loader.getResources(VERSIONS);
            while (files.hasMoreElements()) {
                Properties all = new Properties();
                try (InputStream in = files.nextElement().openStream()) {
                    all.load(in);
                }
                for (String key : all.stringPropertyNames()) {
                    if (key.endsWith(KEY_END)) {
                        versions.put(key.substring(0, key.length() - KEY_END.length()), all.getProperty(key));
                    }
                }
            }
        } catch (IOException e) {
            LOG.debug("versions of Netty not readable: cause={}", e.toString());
        }
    }

    /** Throws {@link IllegalStateException} with the modules that are not of Netty 4.2. */
    static void check() {
        Found.MISMATCH.ifPresent(mismatch -> {
            throw new IllegalStateException(mismatch);
        });
    }

    /** Returns the error for these versions by artifact, if there is one. */
    static Optional<String> mismatch(Map<String, String> versions) {
        Map<String, TreeSet<String>> others = new TreeMap<>();
        versions.forEach((artifact, version) -> {
            if (!version.startsWith(LINE) && !artifact.startsWith(OTHER_VERSIONS)) {
                others.computeIfAbsent(version, any -> new TreeSet<>()).add(artifact);
            }
        });
        return others.isEmpty()
                ? Optional.empty()
                : Optional.of("Netty on the class path: " + others + " (expected: " + LINE + "x for all modules; import"
                        + " dev.sprocket:sprocket-bom before other BOMs, or set the property netty.version under"
                        + " spring-boot-starter-parent)");
    }

    private static Optional<String> patchLevels(Map<String, String> versions) {
        TreeSet<String> all = new TreeSet<>();
        versions.forEach((artifact, version) -> {
            if (!artifact.startsWith(OTHER_VERSIONS)) {
                all.add(version);
            }
        });
        return all.size() > 1 ? Optional.of(String.join(", ", all)) : Optional.empty();
    }
}
