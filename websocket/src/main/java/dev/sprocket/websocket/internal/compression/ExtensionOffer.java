package dev.sprocket.websocket.internal.compression;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Offer of an extension in {@code Sec-WebSocket-Extensions} (RFC 6455 9.1). */
public record ExtensionOffer(String name, List<Parameter> parameters) {
    /** Parameter of an offer; the value has no quotes. */
    public record Parameter(String name, @Nullable String value) {
        @Override
        public String toString() {
            return value == null ? name : name + "=" + value;
        }
    }

    private static final String TOKEN = "[!#$%&'*+\\-.^_`|~0-9A-Za-z]+";
    private static final Pattern NAME = Pattern.compile("[ \\t]*(" + TOKEN + ")[ \\t]*");
    private static final Pattern PARAMETER = Pattern.compile(
            ";[ \\t]*(" + TOKEN + ")[ \\t]*(?:=[ \\t]*(?:(" + TOKEN + ")|\"(" + TOKEN + ")\")[ \\t]*)?");

    /**
     * Parses the offers in the client's order.
     *
     * <p>Empty list elements are ignored (RFC 9110 5.6.1.2).
     *
     * @throws IllegalArgumentException if a header does not match the grammar
     */
    public static List<ExtensionOffer> parse(List<String> headers) {
        List<ExtensionOffer> all = new ArrayList<>();
        for (String header : headers) {
            int at = 0;
            while (at < header.length()) {
                boolean separator = " \t,".indexOf(header.charAt(at)) >= 0;
                at = separator ? at + 1 : parseOffer(header, at, all);
            }
        }
        return all;
    }

    private static int parseOffer(String header, int start, List<ExtensionOffer> all) {
        Matcher name = NAME.matcher(header).region(start, header.length());
        if (!name.lookingAt()) {
            throw malformed(header, start);
        }
        List<Parameter> parameters = new ArrayList<>(4);
        int at = name.end();
        Matcher parameter = PARAMETER.matcher(header).region(at, header.length());
        while (parameter.lookingAt()) {
            String quoted = parameter.group(3);
            parameters.add(new Parameter(parameter.group(1), quoted == null ? parameter.group(2) : quoted));
            at = parameter.end();
            parameter.region(at, header.length());
        }
        all.add(new ExtensionOffer(name.group(1), parameters));
        if (at < header.length() && header.charAt(at) != ',') {
            throw malformed(header, at);
        }
        return at;
    }

    private static IllegalArgumentException malformed(String header, int at) {
        return new IllegalArgumentException("Sec-WebSocket-Extensions: " + header + " (expected at character " + at
                + ": name; parameter=token, RFC 6455 9.1)");
    }

    @Override
    public String toString() {
        StringBuilder all = new StringBuilder(name);
        parameters.forEach(parameter -> all.append("; ").append(parameter));
        return all.toString();
    }
}
