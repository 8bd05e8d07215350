package dev.sprocket.config.internal.schema;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import com.google.errorprone.annotations.Immutable;
import dev.sprocket.core.internal.net.Cidr;
import dev.sprocket.core.io.IoServer;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Listening address of a configuration: {@code host:port} or {@code unix:/path}.
 *
 * @param host host without brackets; empty for a Unix domain socket
 * @param unix path of the socket; null for TCP
 */
@Immutable
public record ConfiguredAddress(String host, int port, @Nullable Path unix) {
    private static final String UNIX = "unix:";

    /** Parses an address; throws {@link IllegalArgumentException} if it is invalid. */
    public static ConfiguredAddress parse(String text) {
        if (text.startsWith(UNIX)) {
            if (text.length() == UNIX.length()) {
                throw invalid(text);
            }
            return new ConfiguredAddress(
                    "", 0, Path.of(text.substring(UNIX.length())).toAbsolutePath());
        }
        int colon = text.lastIndexOf(':');
        String port = text.substring(colon + 1);
        String host = colon < 0 ? "" : text.substring(0, colon);
        boolean brackets = host.startsWith("[") && host.endsWith("]");
        boolean ipv6 = host.indexOf(':') >= 0;
        if (host.isBlank() || !port.matches("[0-9]{1,5}") || ipv6 != brackets) {
            throw invalid(text);
        }
        int number = Integer.parseInt(port);
        if (number > 65535) {
            throw new IllegalArgumentException(text + " (expected: port 0-65535)");
        }
        return new ConfiguredAddress(brackets ? host.substring(1, host.length() - 1) : host, number, null);
    }

    /** Throws {@link IllegalArgumentException} for an invalid address. */
    static void check(String text) {
        var unused = parse(text);
    }

    private static IllegalArgumentException invalid(String text) {
        return new IllegalArgumentException(text + " (expected: host:port, [ipv6]:port, or unix:/path)");
    }

    /**
     * Converts {@code 0660} or {@code rw-rw----} to the latter.
     *
     * @throws IllegalArgumentException if it is invalid
     */
    @CanIgnoreReturnValue
    static String permissions(String mode) {
        if (mode.matches("(?:[r-][w-][x-]){3}")) {
            return mode;
        }
        if (!mode.matches("0?[0-7]{3}")) {
            throw new IllegalArgumentException(mode + " (expected: three octal digits, such as 0660)");
        }
        int bits = Integer.parseInt(mode, 8);
        StringBuilder text = new StringBuilder();
        for (int bit = 8; bit >= 0; bit--) {
            text.append((bits >> bit & 1) == 1 ? "xwr".charAt(bit % 3) : '-');
        }
        return text.toString();
    }

    public void bind(IoServer.Builder server, Optional<String> mode) {
        if (unix == null) {
            server.bind(host, port);
        } else if (mode.isPresent()) {
            server.unix(unix, permissions(mode.get()));
        } else {
            server.unix(unix);
        }
    }

    /** Reports whether this is {@code ::}. */
    boolean isAnyIpv6() {
        return isAny() && bytes().length == 16;
    }

    /** Reports whether this is {@code 0.0.0.0} and the other {@code ::} with the same port. */
    public boolean isIpv4PartOf(ConfiguredAddress other) {
        return isAny() && bytes().length == 4 && other.isAnyIpv6() && port == other.port && port != 0;
    }

    /** Reports whether the addresses conflict, as far as known without binding them. */
    public boolean conflictsWith(ConfiguredAddress other) {
        if (unix != null || other.unix != null) {
            return unix != null && other.unix != null && unix.normalize().equals(other.unix.normalize());
        }
        if (port == 0 || port != other.port) {
            return false;
        }
        byte[] mine = bytes();
        byte[] others = other.bytes();
        if (mine.length == 0 || others.length == 0) {
            return host.equalsIgnoreCase(other.host);
        }
        return Arrays.equals(mine, others) || mine.length == others.length && (isAny() || other.isAny());
    }

    /** Returns the IP address; empty for host names other than localhost. */
    private byte[] bytes() {
        String literal = host.equalsIgnoreCase("localhost") ? "127.0.0.1" : host;
        try {
            // throws for a name, which is not resolved here
            var unused = Cidr.parse(literal);
            return InetAddress.getByName(literal).getAddress();
        } catch (IllegalArgumentException | UnknownHostException name) {
            return new byte[0];
        }
    }

    /** Reports whether this is a Unix domain socket or a loopback address. */
    public boolean isLocal() {
        if (unix != null) {
            return true;
        }
        try {
            byte[] bytes = bytes();
            return bytes.length > 0 && InetAddress.getByAddress(bytes).isLoopbackAddress();
        } catch (UnknownHostException impossible) {
            // the length of the address is 4 or 16
            return false;
        }
    }

    private boolean isAny() {
        byte[] bytes = bytes();
        return bytes.length > 0 && Arrays.equals(bytes, new byte[bytes.length]);
    }

    @Override
    public String toString() {
        return unix != null ? UNIX + unix : (host.indexOf(':') < 0 ? host : "[" + host + "]") + ":" + port;
    }
}
