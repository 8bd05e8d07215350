package dev.sprocket.http.internal.syntax;

import java.util.Locale;
import java.util.Optional;

/**
 * Host and port of a request (RFC 3986 3.2).
 *
 * <p>Parsed from a {@code Host} header or an absolute target.
 *
 * @param host in lower case; IPv6 addresses in brackets
 * @param port empty if there is none
 */
public record Authority(String host, String port) {
    private static final String UNRESERVED_AND_SUB_DELIMITERS = "-._~%!$&'()*+;=";

    /** Parses a host with optional port. Empty if invalid; user information is invalid, too (RFC 9110 4.2.4). */
    public static Optional<Authority> parse(String text) {
        int colon = text.indexOf(':', Math.max(0, text.lastIndexOf(']')));
        String host = colon < 0 ? text : text.substring(0, colon);
        String port = colon < 0 ? "" : text.substring(colon + 1);
        boolean valid = (host.startsWith("[") ? isAddress(host) : isName(host)) && isPort(port);
        return valid ? Optional.of(new Authority(host.toLowerCase(Locale.ROOT), port)) : Optional.empty();
    }

    private static boolean isAddress(String host) {
        return host.length() > 2
                && host.endsWith("]")
                && host.substring(1, host.length() - 1)
                        .chars()
                        .allMatch(c -> Character.digit(c, 16) >= 0 || c == ':' || c == '.');
    }

    private static boolean isName(String host) {
        return host.chars()
                .allMatch(c -> (c >= 'a' && c <= 'z')
                        || (c >= 'A' && c <= 'Z')
                        || (c >= '0' && c <= '9')
                        || UNRESERVED_AND_SUB_DELIMITERS.indexOf(c) >= 0);
    }

    private static boolean isPort(String port) {
        return port.length() <= 5
                && port.chars().allMatch(c -> c >= '0' && c <= '9')
                && (port.isEmpty() || Integer.parseInt(port) <= 65535);
    }
}
