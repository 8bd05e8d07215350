package dev.sprocket.http.origin;

import com.google.errorprone.annotations.ThreadSafe;
import dev.sprocket.core.internal.text.SafeText;
import io.netty.util.NetUtil;
import java.net.IDN;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Validates and normalizes patterns of {@link Origins} to the form that browsers send. */
@ThreadSafe
final class OriginPattern {
    private static final String HOST = "(?:\\*\\.)?[^\\s*/?#@:\\[\\],]+|\\[[0-9a-f:.]+]";
    private static final Pattern SHAPE = Pattern.compile("(?:([a-z][a-z0-9+.-]*)://)?(" + HOST + ")(?::([0-9]{1,5}))?");

    private OriginPattern() {}

    /**
     * Normalizes a pattern: lower case, without default port, names in ASCII (RFC 6454 6.2).
     *
     * <p>Throws {@link IllegalArgumentException} if no origin can match the pattern.
     */
    static String of(String text) {
        if (text.equals("*")) {
            return text;
        }
        if (NetUtil.isValidIpV6Address(text) && !text.startsWith("[")) {
            return "[" + text.toLowerCase(Locale.ROOT) + "]";
        }
        Matcher matcher = SHAPE.matcher(text.toLowerCase(Locale.ROOT));
        if (!matcher.matches()) {
            throw invalid(text, "");
        }
        String scheme = matcher.group(1);
        String port = matcher.group(3);
        boolean wildcard = matcher.group(2).startsWith("*.");
        if (scheme == null && port != null) {
            throw invalid(text, "; a port requires a scheme");
        }
        if (scheme != null && wildcard || matcher.group(2).equals("null")) {
            throw invalid(text, "");
        }
        String host = wildcard ? "*." + ascii(text, matcher.group(2).substring(2)) : ascii(text, matcher.group(2));
        if (scheme == null) {
            return host;
        }
        boolean defaultPort = port == null
                || scheme.equals("https") && port.equals("443")
                || scheme.equals("http") && port.equals("80");
        return scheme + "://" + host + (defaultPort ? "" : ":" + port);
    }

    private static String ascii(String text, String host) {
        try {
            return host.startsWith("[") ? host : IDN.toASCII(host).toLowerCase(Locale.ROOT);
        } catch (IllegalArgumentException e) {
            throw invalid(text, "");
        }
    }

    private static IllegalArgumentException invalid(String text, String hint) {
        return new IllegalArgumentException("origin: " + SafeText.excerpt(text)
                + " (expected: example.com, *.example.com, https://example.com:8443 without a path, or *" + hint + ")");
    }
}
