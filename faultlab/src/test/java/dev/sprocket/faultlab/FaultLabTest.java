package dev.sprocket.faultlab;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assertions.fail;
import static org.junit.jupiter.api.Assumptions.abort;

import dev.sprocket.faultlab.host.NamespaceNetwork;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;

/**
 * Four faults on three nodes and Redis, about 90 s.
 *
 * <p>{@code -Dfaultlab.seed=N} repeats another schedule. A machine that stands still breaks no promise: such a run is
 * repeated once.
 */
@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
@Tag("slow")
@Tag("foreign")
@Timeout(420)
class FaultLabTest {
    private static final Duration HEALING = Duration.ofSeconds(15);
    private static final long STALL_MILLIS = 1000;

    @Test
    void nothing_is_lost_silently_under_four_faults() throws Exception {
        String missing = FaultLab.missingProgram();
        if (missing != null) {
            if ("fail".equals(System.getProperty("missing"))) {
                fail("missing: " + missing);
            }
            abort("missing: " + missing);
        }
        Outcome outcome = run();
        if (!outcome.isKept() && isStarved(outcome)) {
            outcome = run();
        }
        assertThat(outcome.problem()).isNull();
        assertThat(outcome.verdict().violations()).isEmpty();
        assertThat(outcome.verdict().count("sent, acknowledged")).isGreaterThan(100);
    }

    /** All scenarios, an hour; the table is in {@code target/faults.md}. */
    @Test
    @Timeout(value = 3, unit = TimeUnit.HOURS)
    @EnabledIfSystemProperty(named = "faultlab", matches = "whole")
    void nothing_is_lost_silently_under_all_faults() throws Exception {
        LabSettings settings =
                new LabSettings(Long.getLong("faultlab.seed", 1), true, Duration.ofSeconds(10), System.out::println);
        List<Outcome> outcomes = new FaultLab(settings, NamespaceNetwork.isAvailable())
                .runAll(System.getProperty("faultlab.only", ""), Path.of("target/faults.md"));
        assertThat(outcomes).isNotEmpty().allMatch(Outcome::isKept);
    }

    private static boolean isStarved(Outcome outcome) {
        return outcome.verdict() == null || outcome.verdict().count("longest stall of the machine, ms") > STALL_MILLIS;
    }

    private static Outcome run() throws Exception {
        List<String> lines = new CopyOnWriteArrayList<>();
        LabSettings settings = new LabSettings(Long.getLong("faultlab.seed", 1), false, HEALING, lines::add);
        boolean namespaces = NamespaceNetwork.isAvailable();
        Outcome outcome = new FaultLab(settings, namespaces)
                .run(Schedule.of(settings.seed()).scenario());
        if (!outcome.isKept()) {
            System.out.println(String.join("\n", lines));
        }
        return outcome;
    }
}
