package dev.sprocket.core.tls;

import com.google.errorprone.annotations.ThreadSafe;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Selects the provider of TLS.
 *
 * @param wanted provider that was asked for
 * @param needs names of options that only OpenSSL has
 * @param unavailable why OpenSSL cannot be used; null if it can
 */
@ThreadSafe
record TlsProviders(Tls.Provider wanted, List<String> needs, @Nullable String unavailable) {
    /** Keys that netty-tcnative can use; other keys, such as Ed25519, are left to the JDK. */
    private static final Set<String> KEY_ALGORITHMS = Set.of("RSA", "EC");

    private static final String LIBRARY =
            "netty-tcnative-boringssl-static on the class path, on Linux with glibc, x86_64 or aarch64";

    static TlsProviders of(Tls.Provider wanted, List<String> needs) {
        return new TlsProviders(wanted, needs, OpenSslEngines.unavailable());
    }

    /**
     * Returns the provider for a key.
     *
     * @param keyAlgorithm algorithm of the server's key, such as {@code EC}
     * @throws IllegalStateException if an option or the wanted provider cannot be had
     */
    Tls.Provider select(String keyAlgorithm) {
        boolean usableKey = KEY_ALGORITHMS.contains(keyAlgorithm);
        if (wanted != Tls.Provider.JDK && unavailable == null && usableKey) {
            return Tls.Provider.OPENSSL;
        }
        String reason = wanted == Tls.Provider.JDK
                ? "provider jdk"
                : unavailable == null
                        ? keyAlgorithm + " key (expected: " + String.join(" or ", "RSA", "EC") + ")"
                        : unavailable + " (expected: " + LIBRARY + ")";
        if (wanted == Tls.Provider.OPENSSL) {
            throw new IllegalStateException("TLS by OpenSSL is not available: " + reason);
        }
        if (!needs.isEmpty()) {
            throw new IllegalStateException(
                    String.join(", ", needs) + ": requires TLS by OpenSSL, which is not available: " + reason);
        }
        return Tls.Provider.JDK;
    }
}
