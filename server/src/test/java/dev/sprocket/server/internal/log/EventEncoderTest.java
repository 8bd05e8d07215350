package dev.sprocket.server.internal.log;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.LoggingEvent;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Test;

@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
class EventEncoderTest {
    private final LoggerContext context = new LoggerContext();

    private LoggingEvent event(String logger, Throwable thrown, String format, Object... arguments) {
        return new LoggingEvent("", context.getLogger(logger), Level.WARN, format, thrown, arguments);
    }

    private JsonObject json(String logger, String format, Object... arguments) {
        String line =
                new String(new EventEncoder().encode(event(logger, null, format, arguments)), StandardCharsets.UTF_8);
        assertThat(line).endsWith("}\n").doesNotContainPattern("\n.");
        return JsonParser.parseString(line).getAsJsonObject();
    }

    @Test
    void own_line_becomes_typed_fields() {
        JsonObject json = json(
                "dev.sprocket.session.redis.RedisStore",
                "request rejected: peer={} status={} request=\"{}\" cause={} secure={} (check the {}) (repeated={},"
                        + " source={}, seconds={})",
                "192.0.2.1:5",
                503,
                "GET /a/b?…",
                "\"Connection \\\"x\\\" refused\"",
                true,
                "store",
                7L,
                "\"session store\"",
                60L);

        assertThat(json.get("time").getAsString())
                .matches("\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d\\.\\d{3}(Z|[+-]\\d\\d:\\d\\d)");
        assertThat(json.get("level").getAsString()).isEqualTo("warn");
        assertThat(json.get("area").getAsString()).isEqualTo("session-redis");
        assertThat(json.get("logger").getAsString()).isEqualTo("RedisStore");
        assertThat(json.get("event").getAsString()).isEqualTo("request rejected");
        assertThat(json.get("status").getAsJsonPrimitive().isNumber()).isTrue();
        assertThat(json.get("path").getAsString()).isEqualTo("/a/b");
        assertThat(json.get("cause").getAsString()).isEqualTo("Connection \"x\" refused");
        assertThat(json.get("secure").getAsBoolean()).isTrue();
        assertThat(json.get("advice").getAsString()).isEqualTo("check the store");
        assertThat(json.get("repeated").getAsLong()).isEqualTo(7);
        assertThat(json.get("source").getAsString()).isEqualTo("session store");
        assertThat(json.has("message")).isFalse();
    }

    @Test
    void line_of_a_library_is_a_message() {
        JsonObject json = json("io.lettuce.core.Client", "cannot connect: a={}", "b");

        assertThat(json.get("message").getAsString()).isEqualTo("cannot connect: a=b");
        assertThat(json.get("logger").getAsString()).isEqualTo("io.lettuce.core.Client");
        assertThat(json.has("event")).isFalse();
    }

    @Test
    void journal_gets_a_priority_for_each_line() {
        var text = TextEncoder.create();
        text.setContext(context);
        text.start();
        String lines = new String(
                new PriorityEncoder(text).encode(event("dev.sprocket.A", new IllegalStateException("x"), "failed")),
                StandardCharsets.UTF_8);

        assertThat(lines.lines()).hasSizeGreaterThan(2).allMatch(line -> line.startsWith("<4>"));
        assertThat(lines).endsWith("\n").startsWith("<4>20");
    }

    @Test
    void journal_is_recognized_by_device_and_inode() throws Exception {
        Path file = Files.createTempFile("journal", "");
        String stream = Files.getAttribute(file, "unix:dev") + ":" + Files.getAttribute(file, "unix:ino");

        assertThat(Journal.reads(stream, file)).isTrue();
        assertThat(Journal.reads("1:2", file)).isFalse();
        assertThat(Journal.reads(null, file)).isFalse();
        assertThat(Journal.reads("pipe", file)).isFalse();
        Files.delete(file);
    }
}
