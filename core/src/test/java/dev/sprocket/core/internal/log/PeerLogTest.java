package dev.sprocket.core.internal.log;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.IThrowableProxy;
import ch.qos.logback.classic.spi.ThrowableProxy;
import ch.qos.logback.core.read.ListAppender;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Test;
import org.slf4j.helpers.NOPLogger;

/** Tests lines and counts of events that peers repeat. */
@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
final class PeerLogTest {
    private final Logger logger = new LoggerContext().getLogger("peer-log-test");
    private final ListAppender<ILoggingEvent> written = new ListAppender<>();
    private long now = 5;
    private int schedules;
    private final LogThrottle repetitions = new LogThrottle(() -> now, () -> schedules++);
    private final PeerLog log = PeerLog.of(logger, repetitions);

    @BeforeEach
    void listen() {
        written.start();
        logger.addAppender(written);
        logger.setLevel(Level.INFO);
    }

    private List<String> lines() {
        return written.list.stream()
                .map(event -> event.getLevel() + " " + event.getFormattedMessage())
                .toList();
    }

    private static InetSocketAddress peer(String address) {
        try {
            return new InetSocketAddress(InetAddress.getByName(address), 1234);
        } catch (UnknownHostException e) {
            throw new AssertionError(e);
        }
    }

    private void advance(long seconds) {
        now += TimeUnit.SECONDS.toNanos(seconds);
    }

    @Test
    void repetitions_are_logged_as_one_count() {
        for (int i = 0; i < 1000; i++) {
            log.info(peer("192.0.2.1"), "{} refused", "192.0.2.1:" + i);
        }
        assertThat(lines()).containsExactly("INFO 192.0.2.1:0 refused");
        advance(59);
        repetitions.sweep();
        assertThat(lines()).hasSize(1);
        advance(1);
        repetitions.sweep();
        assertThat(lines())
                .containsExactly(
                        "INFO 192.0.2.1:0 refused",
                        "INFO 192.0.2.1:0 refused (repeated=999, source=192.0.2.1, seconds=60)");
        log.info(peer("192.0.2.1"), "{} refused", "192.0.2.1:5");
        assertThat(lines()).as("counted for the next line").hasSize(2);
        advance(60);
        repetitions.sweep();
        advance(60);
        repetitions.sweep();
        assertThat(lines()).hasSize(3);
        assertThat(repetitions.size()).as("removed").isZero();
        log.info(peer("192.0.2.1"), "{} refused", "192.0.2.1:6");
        assertThat(lines()).endsWith("INFO 192.0.2.1:6 refused");
    }

    @Test
    void other_peer_cause_or_format_is_logged_separately() {
        log.warn(peer("192.0.2.1"), "push refused");
        log.warn(peer("192.0.2.2"), "push refused");
        log.cause(404).warn(peer("192.0.2.1"), "push refused");
        log.info(peer("192.0.2.1"), "push refused");
        log.warn(peer("192.0.2.1"), "closed");
        log.warn(peer("192.0.2.1"), "closed");
        assertThat(lines()).hasSize(5);
    }

    @Test
    void addresses_of_one_64_network_are_one_peer() {
        log.info(peer("2001:db8:1:2::1"), "refused");
        log.info(peer("2001:db8:1:2:ffff::9"), "refused");
        log.info(peer("2001:db8:1:3::1"), "refused");
        assertThat(lines()).hasSize(2);
        repetitions.flush();
        assertThat(lines()).endsWith("INFO refused (repeated=1, source=2001:db8:1:2::/64, seconds=0)");
    }

    @Test
    void number_of_tracked_peers_is_limited() {
        for (int i = 0; i < 100_000; i++) {
            log.info("peer " + i, "{} refused", i);
        }
        assertThat(lines()).hasSize(LogThrottle.MAX_ENTRIES + 1);
        assertThat(repetitions.size()).isEqualTo(LogThrottle.MAX_ENTRIES + 1);
        repetitions.flush();
        assertThat(lines())
                .last()
                .asString()
                .contains("repeated=" + (100_000 - LogThrottle.MAX_ENTRIES - 1), "source=others");
    }

    @Test
    void number_of_causes_per_peer_is_limited() {
        for (int i = 0; i < 1000; i++) {
            log.cause("cause " + i).info(peer("192.0.2.1"), "refused");
        }
        assertThat(lines()).hasSize(LogThrottle.MAX_CAUSES + 1);
    }

    @Test
    void debug_level_logs_every_event() {
        logger.setLevel(Level.DEBUG);
        log.info("peer", "refused {}", 1);
        log.info("peer", "refused {}", 2);
        assertThat(lines()).containsExactly("INFO refused 1", "DEBUG refused 2");
    }

    @Test
    void arguments_are_escaped_and_truncated() {
        log.info("peer", "topic {}", "a\nERROR forged \u001b[2J");
        log.info("peer", "long {}", "x".repeat(5000));
        assertThat(lines().get(0)).isEqualTo("INFO topic a\\u000aERROR forged \\u001b[2J");
        assertThat(lines().get(1)).hasSizeBetween(500, 1010).endsWith("x…");
    }

    @Test
    void braces_in_arguments_are_not_placeholders() {
        log.info("peer", "topic {}", "{}");
        log.info("peer", "topic {}", "{}");
        repetitions.flush();
        assertThat(lines()).containsExactly("INFO topic {}", "INFO topic {} (repeated=1, source=peer, seconds=0)");
    }

    @Test
    void logs_stack_trace_once() {
        IllegalStateException failure = new IllegalStateException("no");
        log.warn("peer", "{} failed", "x", failure);
        log.warn("peer", "{} failed", "x", failure);
        repetitions.flush();
        assertThat(written.list.get(0).getThrowableProxy()).isNotNull();
        assertThat(written.list.get(1).getThrowableProxy()).isNull();
    }

    @Test
    void sweep_is_scheduled_only_while_lines_are_tracked() {
        log.info("peer", "refused");
        log.info("peer", "closed");
        assertThat(schedules).isEqualTo(1);
        advance(60);
        repetitions.sweep();
        assertThat(schedules).isEqualTo(1);
        log.info("peer", "refused");
        assertThat(schedules).isEqualTo(2);
    }

    @Test
    void values_with_spaces_are_quoted() {
        log.info(peer("192.0.2.1"), "closed: reason={} code={} quoted=\"{}\" ({})", "a b", 7, "c \"d\"", "e f");

        assertThat(lines()).containsExactly("INFO closed: reason=\"a b\" code=7 quoted=\"c \\\"d\\\"\" (e f)");
    }

    @Test
    void safe_exception_is_logged_itself() {
        Exception thrown = new IllegalStateException("a", new IllegalArgumentException("b"));
        log.warn("peer", "failed", thrown);

        ThrowableProxy proxy = (ThrowableProxy) written.list.get(0).getThrowableProxy();
        assertThat(proxy.getThrowable()).isSameAs(thrown);
    }

    /** CR and LF would start a line, ESC controls a terminal, U+202E reverses the text. */
    @Test
    void messages_of_exceptions_are_escaped() {
        Exception cause = new IllegalArgumentException("a\r\n\u001b[2J\u202eb");
        Exception thrown = new IllegalStateException("outer", cause);
        thrown.addSuppressed(new IllegalStateException("c\nd"));
        log.warn("peer", "failed", thrown);

        IThrowableProxy proxy = written.list.get(0).getThrowableProxy();
        assertThat(proxy.getMessage()).isEqualTo("java.lang.IllegalStateException: outer");
        assertThat(proxy.getCause().getMessage())
                .isEqualTo("java.lang.IllegalArgumentException: a\\u000d\\u000a\\u001b[2J\\u202eb");
        assertThat(proxy.getSuppressed()[0].getMessage()).isEqualTo("java.lang.IllegalStateException: c\\u000ad");
        assertThat(proxy.getStackTraceElementProxyArray()[0].getStackTraceElement())
                .isEqualTo(thrown.getStackTrace()[0]);
    }

    @Test
    void failure_from_outside_is_one_line_for_all_peers() {
        Exception away = new IllegalStateException("store", new ConnectException("Connection refused"));
        log.warn(peer("192.0.2.1"), "request rejected: peer={} (check the store)", "a", away);
        log.warn(peer("192.0.2.2"), "request rejected: peer={} (check the store)", "b", away);
        repetitions.flush();

        assertThat(lines())
                .containsExactly(
                        "WARN request rejected: peer=a cause=\"ConnectException: Connection refused\" (check the"
                                + " store)",
                        "WARN request rejected: peer=a cause=\"ConnectException: Connection refused\" (check the store)"
                                + " (repeated=1, source=\"ConnectException: Connection refused\", seconds=0)");
        assertThat(written.list).allMatch(event -> event.getThrowableProxy() == null);
    }

    @Test
    void debug_level_adds_trace_of_failure_from_outside() {
        logger.setLevel(Level.DEBUG);
        log.warn("peer", "failed: a={}", 1, new IOException("gone"));

        assertThat(lines()).containsExactly("WARN failed: a=1 cause=\"IOException: gone\"");
        assertThat(written.list.get(0).getThrowableProxy()).isNotNull();
    }

    @Test
    void exceptions_of_applications_keep_their_traces() {
        log.withTraces().warn("peer", "failed: a={}", 1, new IOException("gone"));

        assertThat(lines()).containsExactly("WARN failed: a=1");
        assertThat(written.list.get(0).getThrowableProxy()).isNotNull();
    }

    @Test
    void arguments_keep_their_types_for_fields() {
        log.info("peer", "refused: status={} user={} (wait)", 503, "a b");

        LogLine line =
                LogLine.of(written.list.get(0).getMessage(), written.list.get(0).getArgumentArray());
        assertThat(line.event()).isEqualTo("refused");
        assertThat(line.fields()).containsExactly(Map.entry("status", 503), Map.entry("user", "a b"));
        assertThat(line.advice()).isEqualTo("wait");
    }

    @Test
    void long_values_add_no_fields() {
        String hostile = "a\\\" level=error " + "x".repeat(3000) + " status=200 \"";
        log.info("peer", "refused: path={} reason=\"{}\" status={} (wait)", hostile, hostile, 503);

        ILoggingEvent event = written.list.get(0);
        LogLine typed = LogLine.of(event.getMessage(), event.getArgumentArray());
        LogLine read = LogLine.of(event.getFormattedMessage(), new Object[0]);
        assertThat(typed.fields().keySet()).containsExactly("path", "reason", "status");
        assertThat(read.fields().keySet()).containsExactly("path", "reason", "status");
        assertThat(typed.fields()).containsEntry("status", 503);
        assertThat(read.fields().get("path").toString()).startsWith("a\\\" level=error xxx");
        assertThat(read.advice()).isEqualTo("wait");
    }

    @Test
    void exception_of_application_is_printed_without_a_logger() {
        ByteArrayOutputStream printed = new ByteArrayOutputStream();
        PrintStream before = System.err;
        System.setErr(new PrintStream(printed, true, StandardCharsets.UTF_8));
        try {
            PeerLog none = PeerLog.of(NOPLogger.NOP_LOGGER, repetitions);
            none.warn("peer", "not printed: a={}", 1, new IllegalStateException("x"));
            none.withTraces().warn("peer", "callback failed: a={}", 1, new IllegalStateException("bug"));
            none.withTraces().warn("peer", "callback failed: a={}", 1, new IllegalStateException("bug"));
        } finally {
            System.setErr(before);
        }
        assertThat(printed.toString(StandardCharsets.UTF_8))
                .containsOnlyOnce("WARN callback failed: a=1 (add a back end of SLF4J")
                .contains("IllegalStateException: bug")
                .doesNotContain("not printed");
    }

    @Test
    void exception_that_causes_itself_is_logged() {
        Exception first = new IllegalStateException("a\nb");
        first.initCause(new IllegalStateException("c", first));
        log.warn("peer", "failed", first);

        assertThat(written.list.get(0).getThrowableProxy().getMessage()).endsWith("a\\u000ab");
    }
}
