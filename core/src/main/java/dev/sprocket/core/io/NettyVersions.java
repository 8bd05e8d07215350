package dev.sprocket.core.io;

import com.google.errorprone.annotations.ThreadSafe;
import io.netty.util.Version;
import java.util.Map;
import java.util.Optional;
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

    private NettyVersions() {}

    /** Result of the check, which runs once. */
    private static final class Found {
        static final Optional<String> MISMATCH = look();

        private static Optional<String> look() {
            Map<String, String> versions = new TreeMap<>();
            Version.identify(NettyVersions.class.getClassLoader())
                    .forEach((artifact, version) -> versions.put(artifact, version.artifactVersion()));
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
