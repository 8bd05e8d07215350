package dev.sprocket.server.internal.log;

import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.IThrowableProxy;
import ch.qos.logback.classic.spi.ThrowableProxyUtil;
import ch.qos.logback.core.encoder.EncoderBase;
import com.google.errorprone.annotations.ThreadSafe;
import com.google.gson.JsonObject;
import dev.sprocket.core.internal.log.LogLine;
import dev.sprocket.core.internal.text.SafeText;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Writes each event as a JSON object with fields, on one line.
 *
 * <p>Events of Sprocket have the members {@code time}, {@code level}, {@code area}, {@code logger}, {@code event},
 * their own fields and {@code advice}; events of libraries have {@code message} instead. A field with
 * the name of a member before it gets an underscore at its end.
 */
@ThreadSafe
final class EventEncoder extends EncoderBase<ILoggingEvent> {
    /** Maximum length of a text in characters: 8,192. */
    private static final int LONGEST = 8192;

    private static final Pattern REQUEST = Pattern.compile("([!-~]+) (/[^\\s?]*|\\*)(?:\\?…)?");

    @Override
    public byte[] headerBytes() {
        return new byte[0];
    }

    @Override
    public byte[] encode(ILoggingEvent event) {
        JsonObject json = new JsonObject();
        json.addProperty("time", TextEncoder.time(Instant.ofEpochMilli(event.getTimeStamp())));
        json.addProperty("level", event.getLevel().toString().toLowerCase(Locale.ROOT));
        String name = event.getLoggerName();
        if (LogAreas.isOwn(name)) {
            json.addProperty("area", LogAreas.of(name));
            json.addProperty("logger", name.substring(name.lastIndexOf('.') + 1));
            addFields(json, LogLine.of(event.getMessage(), event.getArgumentArray()));
        } else {
            json.addProperty("logger", name);
            json.addProperty("message", SafeText.excerpt(event.getFormattedMessage(), LONGEST));
        }
        IThrowableProxy thrown = event.getThrowableProxy();
        if (thrown != null) {
            json.addProperty("exception", thrown.getClassName() + ": " + thrown.getMessage());
            json.addProperty("trace", ThrowableProxyUtil.asString(thrown).strip());
        }
        return (escaped(json.toString()) + "\n").getBytes(StandardCharsets.UTF_8);
    }

    private static void addFields(JsonObject json, LogLine line) {
        json.addProperty("event", SafeText.excerpt(line.event(), LONGEST));
        for (Map.Entry<String, Object> field : line.fields().entrySet()) {
            String key = json.has(field.getKey()) ? field.getKey() + "_" : field.getKey();
            if (field.getValue() instanceof Number number) {
                json.addProperty(key, number);
            } else if (field.getValue() instanceof Boolean flag) {
                json.addProperty(key, flag);
            } else {
                String text = SafeText.excerpt(field.getValue().toString(), LONGEST);
                json.addProperty(key, text);
                addPath(json, key, text);
            }
        }
        if (!line.advice().isEmpty()) {
            json.addProperty("advice", SafeText.excerpt(line.advice(), LONGEST));
        }
    }

    /** Adds the method and path of a request line. */
    private static void addPath(JsonObject json, String key, String text) {
        Matcher request = REQUEST.matcher(text);
        if (key.equals("request") && request.matches()) {
            json.addProperty("method", request.group(1));
            json.addProperty("path", request.group(2));
        }
    }

    /** Escapes the characters that could steer a terminal; they occur only inside strings. */
    private static String escaped(String json) {
        return SafeText.escape(json);
    }

    @Override
    public byte[] footerBytes() {
        return new byte[0];
    }
}
