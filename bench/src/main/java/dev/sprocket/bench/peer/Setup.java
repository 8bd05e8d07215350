package dev.sprocket.bench.peer;

import dev.sprocket.core.tls.Tls;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Configuration with which a server is measured.
 *
 * @param tls provider of TLS; null for plain TCP
 * @param deflate whether messages are compressed with permessage-deflate
 * @param history number of events that Sprocket keeps of each topic; 0 for none
 */
public record Setup(Mode mode, Tls.@Nullable Provider tls, boolean deflate, int history) {
    public static Setup of(Mode mode) {
        return new Setup(mode, null, false, mode == Mode.HISTORY ? 1000 : 0);
    }

    /** Returns a copy without a history. */
    Setup withoutHistory() {
        return new Setup(mode, tls, deflate, 0);
    }

    /** Parses the provider of an option. */
    public static Tls.Provider provider(String name) {
        try {
            return Tls.Provider.valueOf(name.toUpperCase(Locale.ROOT));
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException("TLS provider: " + name + " (expected: jdk or openssl)");
        }
    }

    /** Returns the arguments of a server's process. */
    List<String> arguments(int port) throws IOException, InterruptedException {
        List<String> all = new ArrayList<>(List.of("--port", "" + port, "--mode", mode.toString()));
        if (tls != null) {
            Path folder = ServerCertificate.folder();
            all.addAll(List.of("--tls", tls.toString(), "--certificate", folder.toString()));
        }
        if (deflate) {
            all.add("--deflate");
        }
        if (history > 0) {
            all.addAll(List.of("--history", "" + history));
        }
        return all;
    }
}
