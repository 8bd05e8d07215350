package dev.sprocket.server.internal.log;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.encoder.JsonEncoder;
import ch.qos.logback.classic.encoder.PatternLayoutEncoder;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.encoder.Encoder;
import java.io.ByteArrayOutputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Test;

/** Log output without a reader, and with hostile content. */
@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
final class QueuedAppenderTest {
    private static final Duration LONG = Duration.ofMinutes(1);

    private final LoggerContext context = new LoggerContext();
    private final Logger log = context.getLogger("test");
    private final Pipe pipe = new Pipe();

    /** Pipe whose reader may stop. */
    private static final class Pipe extends OutputStream {
        private final ByteArrayOutputStream read = new ByteArrayOutputStream();
        private final CountDownLatch blocked = new CountDownLatch(1);
        private volatile CountDownLatch open = new CountDownLatch(0);

        void stop() {
            open = new CountDownLatch(1);
        }

        void resume() {
            open.countDown();
        }

        @Override
        public void write(int b) {
            write(new byte[] {(byte) b}, 0, 1);
        }

        @Override
        public void write(byte[] bytes, int from, int size) {
            try {
                if (open.getCount() > 0) {
                    blocked.countDown();
                }
                open.await();
            } catch (InterruptedException e) {
                throw new AssertionError(e);
            }
            synchronized (read) {
                read.write(bytes, from, size);
            }
        }

        List<String> lines() {
            synchronized (read) {
                // not lines(), for which a carriage return is a line terminator
                return List.of(read.toString(StandardCharsets.UTF_8).split("\n"));
            }
        }
    }

    private QueuedAppender appender(Encoder<ILoggingEvent> encoder, int limit) {
        QueuedAppender appender = new QueuedAppender(pipe, limit);
        encoder.setContext(context);
        encoder.start();
        appender.setContext(context);
        appender.setEncoder(encoder);
        appender.start();
        log.addAppender(appender);
        return appender;
    }

    private QueuedAppender text(int limit) {
        PatternLayoutEncoder encoder = new PatternLayoutEncoder();
        encoder.setContext(context);
        encoder.setPattern("%level %msg%n%rEx{2}");
        return appender(encoder, limit);
    }

    @AfterEach
    void stop() {
        pipe.resume();
        context.stop();
    }

    @Test
    void caller_never_blocks_without_a_reader() throws InterruptedException {
        pipe.stop();
        QueuedAppender appender = text(10_000);
        log.info("first");
        pipe.blocked.await();
        for (int i = 0; i < 10_000; i++) {
            log.info("line {}", i);
        }
        pipe.resume();
        appender.flush(LONG);

        List<String> lines = pipe.lines();
        long written =
                lines.stream().filter(line -> line.startsWith("INFO line ")).count();
        assertThat(lines.get(0)).isEqualTo("INFO first");
        assertThat(written).isBetween(100L, 1000L);
        assertThat(lines).last().asString().startsWith("WARN log events lost").contains("lost=" + (10_000 - written));
        log.info("after");
        appender.flush(LONG);
        assertThat(pipe.lines()).last().isEqualTo("INFO after");
    }

    @Test
    void flush_writes_all_queued_events() {
        QueuedAppender appender = text(QueuedAppender.DEFAULT_QUEUE_SIZE);
        for (int i = 0; i < 1000; i++) {
            log.info("line {}", i);
        }
        appender.flush(LONG);
        assertThat(pipe.lines()).hasSize(1000).last().isEqualTo("INFO line 999");
    }

    @Test
    void lines_of_the_access_log_stay_whole() {
        QueuedAppender appender = text(QueuedAppender.DEFAULT_QUEUE_SIZE);
        Logger access = context.getLogger("access");
        access.addAppender(appender);
        access.setAdditive(false);
        access.info("{\"path\":\"/" + "x".repeat(20_000) + "\"}");
        log.info("y".repeat(20_000));
        appender.flush(LONG);

        assertThat(pipe.lines().get(0)).hasSize("INFO ".length() + 20_000 + 12).endsWith("x\"}");
        assertThat(pipe.lines().get(1)).hasSizeLessThan(9000);
    }

    @Test
    void flush_times_out_without_a_reader() throws InterruptedException {
        pipe.stop();
        QueuedAppender appender = text(QueuedAppender.DEFAULT_QUEUE_SIZE);
        log.info("line");
        pipe.blocked.await();
        appender.flush(Duration.ofMillis(1));
        assertThat(pipe.read.size()).isZero();
    }

    @Test
    void peers_cannot_forge_lines_or_steer_terminals() {
        QueuedAppender appender = text(QueuedAppender.DEFAULT_QUEUE_SIZE);
        String hostile = "x\r\nERROR forged\u001b[2J\u0085\u009b\u2028\u2029\u202e";
        log.info("topic " + hostile);
        log.info("topic {}", hostile);
        log.warn("failed", new IllegalStateException(hostile, new IllegalArgumentException(hostile)));
        appender.flush(LONG);
        List<String> lines = pipe.lines();
        String escaped = "x\\u000d\\u000aERROR forged\\u001b[2J\\u0085\\u009b\\u2028\\u2029\\u202e";
        assertThat(lines.get(0)).isEqualTo("INFO topic " + escaped);
        assertThat(lines.get(1)).isEqualTo("INFO topic " + escaped);
        assertThat(lines).noneMatch(line -> line.startsWith("ERROR"));
        assertThat(String.join("\n", lines)).doesNotContainPattern("[\\r\\u001b\\u0085\\u009b\\u2028\\u2029\\u202e]");
        assertThat(lines.stream().filter(line -> line.contains(escaped))).hasSize(4);
    }

    @Test
    void json_is_one_escaped_object_per_line() {
        JsonEncoder encoder = new JsonEncoder();
        encoder.setWithFormattedMessage(true);
        encoder.setWithMessage(false);
        QueuedAppender appender = appender(encoder, QueuedAppender.DEFAULT_QUEUE_SIZE);
        log.warn("x\n\u0085\u2028", new IllegalStateException("y\n\u009b\u2029"));
        appender.flush(LONG);
        assertThat(pipe.lines())
                .singleElement()
                .asString()
                .doesNotContainPattern("[\\u0000-\\u001f\\u007f-\\u009f\\u2028\\u2029]");
    }
}
