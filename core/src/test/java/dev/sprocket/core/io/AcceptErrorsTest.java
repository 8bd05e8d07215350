package dev.sprocket.core.io;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sprocket.core.internal.log.PeerLog;
import dev.sprocket.leaktest.LogLines;
import io.netty.channel.embedded.EmbeddedChannel;
import java.io.IOException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Test;

@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
class AcceptErrorsTest {
    private final EmbeddedChannel server = new EmbeddedChannel(new AcceptErrors());
    private LogLines log;

    @BeforeEach
    void record() {
        server.freezeTime();
        log = LogLines.record(PeerLog::flush);
    }

    @AfterEach
    void close() {
        log.close();
        server.finishAndReleaseAll();
    }

    private void fail() {
        server.pipeline()
                .fireExceptionCaught(new IOException("accept(..) failed with error(-24): Too many open files"));
    }

    private void after(long millis) {
        server.advanceTimeBy(millis, TimeUnit.MILLISECONDS);
        server.runScheduledPendingTasks();
    }

    @Test
    void pauses_accepting_for_one_second() {
        fail();
        assertThat(server.config().isAutoRead()).isFalse();
        after(999);
        assertThat(server.config().isAutoRead()).isFalse();
        after(1);
        assertThat(server.config().isAutoRead()).isTrue();
    }

    @Test
    void ignores_further_errors_during_the_pause() {
        fail();
        fail();
        after(999);
        fail();
        assertThat(server.config().isAutoRead()).isFalse();
        after(1);
        assertThat(server.config().isAutoRead()).isTrue();
        after(10_000);
        assertThat(log.containing("accepting connections again: "))
                .singleElement()
                .asString()
                .endsWith(" failures=1");
    }

    @Test
    void logs_first_error_and_recovery_once_each() {
        for (int i = 0; i < 30; i++) {
            fail();
            after(1000);
        }
        assertThat(log.lines()).singleElement().asString().endsWith(" cause=\"Too many open files\" retrySeconds=1");

        after(10_000);

        assertThat(log.lines())
                .hasSize(2)
                .last()
                .asString()
                .startsWith("accepting connections again: ")
                .endsWith(" failures=30");
        fail();
        assertThat(log.lines()).hasSize(3);
    }

    @Test
    void error_does_not_reach_the_pipeline_tail() {
        fail();
        server.checkException();
        assertThat(log.containing("(+ trace)")).isEmpty();
    }
}
