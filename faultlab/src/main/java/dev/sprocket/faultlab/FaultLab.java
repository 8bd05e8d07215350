package dev.sprocket.faultlab;

import dev.sprocket.faultlab.history.Verdict;
import dev.sprocket.faultlab.host.NamespaceNetwork;
import dev.sprocket.faultlab.host.Network;
import dev.sprocket.faultlab.host.Programs;
import dev.sprocket.faultlab.host.ProxyNetwork;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Runs scenarios, and writes a table of their outcomes.
 *
 * <p>Arguments: {@code --full} for the full length of faults (an hour), {@code --proxy} without network namespaces,
 * {@code --seed N}, {@code --only PART} for scenarios whose name contains a text, {@code --out FILE} for the table.
 */
public final class FaultLab {
    private static final Duration HEALING = Duration.ofSeconds(10);

    private final LabSettings settings;
    private final boolean namespaces;

    /** Creates a lab; {@code namespaces} is false for proxies. */
    FaultLab(LabSettings settings, boolean namespaces) {
        this.settings = settings;
        this.namespaces = namespaces;
    }

    /** Returns the missing program without which nothing runs; null if there is none. */
    static @Nullable String missingProgram() {
        for (String program : List.of("redis-server", "setsid", "setpriv", "kill")) {
            if (!Programs.has(program)) {
                return program;
            }
        }
        return null;
    }

    /** Runs one scenario to its end. */
    Outcome run(Scenario scenario) throws IOException, InterruptedException {
        Path folder = Files.createTempDirectory("faultlab-");
        settings.print("=== " + scenario.name() + " (seed " + settings.seed() + ", " + folder + ")");
        try (Network network = namespaces ? new NamespaceNetwork() : new ProxyNetwork(settings.seed())) {
            if (!scenario.needs().isEmpty() && scenario.needs().stream().noneMatch(network.abilities()::contains)) {
                throw new LeftOutException("the network cannot " + scenario.needs());
            }
            try (Lab lab = new Lab(settings, network, scenario.setup(), folder)) {
                lab.start();
                scenario.action().run(lab);
                Verdict verdict = lab.finish();
                verdict.counts().forEach((name, count) -> settings.print(name + ": " + count));
                verdict.violations().forEach(violation -> settings.print("BROKEN " + violation));
                return new Outcome(scenario.name(), verdict, null, false);
            }
        } catch (LeftOutException e) {
            settings.print("left out: " + e.getMessage());
            return new Outcome(scenario.name(), null, e.getMessage(), true);
        } catch (InterruptedException e) {
            throw e;
        } catch (Exception e) {
            settings.print("failed: " + e);
            return new Outcome(scenario.name(), null, e.toString(), false);
        }
    }

    /** Returns the page with the table. */
    private String page(List<Outcome> outcomes) {
        StringBuilder page = new StringBuilder();
        page.append("| fault | promises | acknowledged | deliveries | gaps told | delivery again after |\n");
        page.append("|---|---|---|---|---|---|\n");
        outcomes.forEach(outcome -> page.append(outcome.row()).append('\n'));
        page.append(String.format(
                Locale.ROOT,
                "%n%s, %s length, seed %d, %s.%n",
                LocalDate.now(ZoneOffset.UTC),
                settings.full() ? "full" : "short",
                settings.seed(),
                namespaces ? "network namespaces" : "proxies"));
        return page.toString();
    }

    /** Runs all scenarios whose name contains a text, and writes the table after each. */
    List<Outcome> runAll(String only, @Nullable Path out) throws IOException, InterruptedException {
        List<Outcome> outcomes = new ArrayList<>();
        for (Scenario scenario : Scenarios.all()) {
            if (scenario.name().contains(only)) {
                outcomes.add(run(scenario));
                if (out != null) {
                    Files.writeString(out, page(outcomes));
                }
            }
        }
        settings.print(page(outcomes));
        return outcomes;
    }

    /** Runs the scenarios; the exit status is 1 if a promise was broken. */
    public static void main(String[] args) throws Exception {
        boolean full = List.of(args).contains("--full");
        long seed = Long.parseLong(option(args, "--seed", "1"));
        String only = option(args, "--only", "");
        String out = option(args, "--out", "");
        boolean namespaces = !List.of(args).contains("--proxy") && NamespaceNetwork.isAvailable();
        String missing = missingProgram();
        if (missing != null) {
            System.out.println("missing: " + missing);
            System.exit(2);
        }
        LabSettings settings = new LabSettings(seed, full, HEALING, System.out::println);
        settings.print(namespaces ? "network namespaces" : "proxies, no network namespaces");
        List<Outcome> outcomes = new FaultLab(settings, namespaces).runAll(only, out.isEmpty() ? null : Path.of(out));
        System.exit(outcomes.stream().allMatch(Outcome::isKept) ? 0 : 1);
    }

    private static String option(String[] args, String name, String otherwise) {
        int at = List.of(args).indexOf(name);
        return at >= 0 && at + 1 < args.length ? args[at + 1] : otherwise;
    }
}
