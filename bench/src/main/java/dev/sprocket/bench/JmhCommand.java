package dev.sprocket.bench;

import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** {@code sprocket-bench jmh}. */
@Command(
        name = "jmh",
        description =
                "Runs JMH's benchmarks: jmh [REGEX] [OPTIONS]. -l lists them, -prof gc tells what they allocate, -h"
                        + " shows all of JMH's options.")
final class JmhCommand implements Callable<Integer> {
    @Parameters(paramLabel = "ARGUMENT", description = "as JMH takes them")
    private List<String> arguments = List.of();

    @Override
    public Integer call() throws Exception {
        org.openjdk.jmh.Main.main(arguments.toArray(String[]::new));
        return 0;
    }
}
