package dev.sprocket.config.internal.log;

import com.google.errorprone.annotations.ThreadSafe;
import com.google.gson.JsonObject;
import dev.sprocket.core.internal.log.AccessRecord;
import dev.sprocket.core.internal.text.SafeText;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Format of the lines of an access log.
 *
 * <p>Combined and Common are those of Apache's {@code mod_log_config}, followed by {@code duration_ms} and, for a
 * WebSocket, its close code. Quotation marks, backslashes, control characters and all bytes beyond ASCII are escaped as
 * Apache does: {@code \"}, {@code \\}, {@code \xhh}.
 */
@ThreadSafe
public enum AccessFormat {
    /** Common Log Format with referer and user agent. */
    COMBINED,
    /** Common Log Format. */
    COMMON,
    /** One JSON object for each line. */
    JSON;

    /** Longest text in a line, in characters. */
    private static final int LONGEST = 2000;

    private static final DateTimeFormatter CLF = DateTimeFormatter.ofPattern("dd/MMM/yyyy:HH:mm:ss Z", Locale.ENGLISH);
    private static final DateTimeFormatter ISO = DateTimeFormatter.ofPattern("yyyy-MM-dd'T'HH:mm:ss.SSSXXX");
    /** W3C Trace Context, 3.2: version, trace id, parent id, flags. */
    private static final Pattern TRACEPARENT = Pattern.compile("[0-9a-f]{2}-([0-9a-f]{32})-[0-9a-f]{16}-[0-9a-f]{2}.*");

    /** Returns the line of an ended request or connection, without a line break. */
    String line(AccessRecord ended, boolean query) {
        return this == JSON ? json(ended, query) : common(ended, query);
    }

    private String common(AccessRecord ended, boolean query) {
        AccessRecord.Request request = ended.request();
        StringBuilder line = new StringBuilder(200);
        line.append(token(ended.peer())).append(" - ").append(token(ended.user()));
        line.append(" [").append(CLF.format(local(ended.time()))).append("] \"");
        line.append(request == null ? "-" : requestLine(request, query)).append("\" ");
        line.append(ended.status()).append(' ').append(ended.bytes() == 0 ? "-" : ended.bytes());
        if (this == COMBINED) {
            AccessRecord.Headers headers = request == null ? AccessRecord.Headers.NONE : request.headers();
            line.append(" \"").append(quotable(referer(headers, query)));
            line.append("\" \"").append(quotable(headers.agent())).append('"');
        }
        line.append(" duration_ms=").append(ended.millis());
        if (ended.closeCode() != 0) {
            line.append(" code=").append(ended.closeCode());
        }
        if (ended.received() >= 0) {
            line.append(" messages=")
                    .append(ended.messages())
                    .append(" received=")
                    .append(ended.received());
        }
        return line.toString();
    }

    private static OffsetDateTime local(Instant time) {
        return OffsetDateTime.ofInstant(time, ZoneId.systemDefault());
    }

    private static String requestLine(AccessRecord.Request request, boolean query) {
        return token(request.method()) + " " + token(path(request, query)) + " " + token(request.protocol());
    }

    private static String path(AccessRecord.Request request, boolean query) {
        int mark = request.path().indexOf('?');
        return query || mark < 0 ? request.path() : request.path().substring(0, mark);
    }

    private static @Nullable String referer(AccessRecord.Headers headers, boolean query) {
        String referer = headers.referer();
        return query || referer == null ? referer : referer.split("[?#]", 2)[0];
    }

    /** Returns a text without spaces; {@code -} if there is none. */
    private static String token(@Nullable String text) {
        return text == null || text.isEmpty() ? "-" : escape(text, true);
    }

    private static String quotable(@Nullable String text) {
        return text == null || text.isEmpty() ? "-" : escape(text, false);
    }

    private static String escape(String text, boolean spaces) {
        String cut = text.length() > LONGEST ? text.substring(0, LONGEST) : text;
        StringBuilder safe = new StringBuilder(cut.length());
        for (byte unit : cut.getBytes(StandardCharsets.UTF_8)) {
            int c = unit & 0xff;
            if (c == '"' || c == '\\') {
                safe.append('\\').append((char) c);
            } else if (c < ' ' || c >= 0x7f || spaces && c == ' ') {
                safe.append("\\x").append(Character.forDigit(c >> 4, 16)).append(Character.forDigit(c & 0xf, 16));
            } else {
                safe.append((char) c);
            }
        }
        return safe.toString();
    }

    private static String json(AccessRecord ended, boolean query) {
        JsonObject json = new JsonObject();
        json.addProperty("time", ISO.format(local(ended.time())));
        json.addProperty("event", "request");
        json.addProperty("peer", cut(ended.peer()));
        add(json, "user", ended.user());
        AccessRecord.Request request = ended.request();
        if (request != null) {
            add(json, "method", request.method());
            add(json, "path", path(request, query));
            add(json, "protocol", request.protocol());
            add(json, "host", request.headers().host());
        }
        json.addProperty("status", ended.status());
        json.addProperty("bytes", ended.bytes());
        json.addProperty("duration_ms", ended.millis());
        if (ended.closeCode() != 0) {
            json.addProperty("code", ended.closeCode());
        }
        if (ended.received() >= 0) {
            json.addProperty("messages", ended.messages());
            json.addProperty("received", ended.received());
        }
        if (request != null) {
            add(json, "referer", referer(request.headers(), query));
            add(json, "user_agent", request.headers().agent());
            String trace = request.headers().trace();
            Matcher parent = TRACEPARENT.matcher(trace == null ? "" : trace);
            if (parent.matches()) {
                json.addProperty("traceId", parent.group(1));
            }
        }
        return SafeText.escape(json.toString());
    }

    private static void add(JsonObject json, String key, @Nullable String text) {
        if (text != null && !text.isEmpty()) {
            json.addProperty(key, cut(text));
        }
    }

    private static String cut(String text) {
        return text.length() > LONGEST ? text.substring(0, LONGEST) : text;
    }
}
