package dev.sprocket.checks.log;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sprocket.core.internal.log.LogLine;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Test;

/** Each log line of the sources becomes an event and fields. */
@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
class LogLineFormatTest {
    /** Classes that pass on the formats of others. */
    private static final Set<String> PASS_ON = Set.of("PeerLog", "AccessLog");
    /** Fields that the server adds to each line. */
    private static final Set<String> RESERVED =
            Set.of("time", "level", "area", "logger", "event", "advice", "exception", "trace");

    @Test
    void each_log_line_becomes_event_and_fields() throws Exception {
        List<LogCalls.Call> calls = LogCalls.all().stream()
                .filter(call -> !PASS_ON.contains(call.file()))
                .toList();
        List<String> wrong = new ArrayList<>();
        for (LogCalls.Call call : calls) {
            String problem = call.format() == null ? "format is not a literal" : problem(call.format());
            if (!problem.isEmpty()) {
                wrong.add(call.file() + ": " + problem + " in: " + call.format());
            }
        }

        assertThat(calls).hasSizeGreaterThan(120);
        assertThat(wrong).isEmpty();
    }

    private static String problem(String format) {
        String problem = LogLine.problem(format);
        if (!problem.isEmpty()) {
            return problem;
        }
        Object[] arguments = Stream.generate(() -> "\"a value\"")
                .limit(Pattern.compile(Pattern.quote("{}"))
                        .matcher(format)
                        .results()
                        .count())
                .toArray();
        LogLine line = LogLine.of(format, arguments);
        if (line.fields().keySet().stream().anyMatch(RESERVED::contains)) {
            return "reserved field";
        }
        long written = Pattern.compile("[ :]\\w+=")
                .matcher(format.replaceAll("\"[^\"]*\"", "").replaceAll(" \\(.*", ""))
                .results()
                .count();
        if (line.fields().size() < written) {
            return "fields lost: " + line.fields();
        }
        return (line.event() + line.fields().values()).contains("{}") ? "placeholder without argument" : "";
    }
}
