package dev.sprocket.core;

import static org.assertj.core.api.Assertions.assertThat;

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
        log = LogLines.record();
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
    void accepting_rests_for_a_second() {
        fail();
        assertThat(server.config().isAutoRead()).isFalse();
        after(999);
        assertThat(server.config().isAutoRead()).isFalse();
        after(1);
        assertThat(server.config().isAutoRead()).isTrue();
    }

    @Test
    void a_transport_that_goes_on_failing_meanwhile_changes_nothing() {
        fail();
        fail();
        after(999);
        fail();
        assertThat(server.config().isAutoRead()).isFalse();
        after(1);
        assertThat(server.config().isAutoRead()).isTrue();
        after(10_000);
        assertThat(log.with("accepting connections again: "))
                .singleElement()
                .asString()
                .endsWith(" failures=1");
    }

    @Test
    void trouble_is_logged_once_and_so_is_its_end() {
        for (int i = 0; i < 30; i++) {
            fail();
            after(1000);
        }
        assertThat(log.all()).singleElement().asString().endsWith(" cause=Too many open files retrySeconds=1");

        after(10_000);

        assertThat(log.all())
                .hasSize(2)
                .last()
                .asString()
                .startsWith("accepting connections again: ")
                .endsWith(" failures=30");
        fail();
        assertThat(log.all()).hasSize(3);
    }

    @Test
    void nothing_reaches_the_end_of_the_pipeline_where_it_would_be_logged_with_a_trace() {
        fail();
        server.checkException();
        assertThat(log.with("(+ trace)")).isEmpty();
    }
}
