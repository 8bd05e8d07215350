package dev.sprocket.bench.command;

import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** {@code sprocket-bench jmh}. */
@Command(
        name = "jmh",
        description =
                "Runs JMH benchmarks: jmh [REGEX] [OPTIONS]. -l lists them, -prof gc measures allocation, -h shows"
                        + " all JMH options.")
public final class JmhCommand implements Callable<Integer> {
    @Parameters(paramLabel = "ARGUMENT", description = "JMH arguments")
    private List<String> arguments = List.of();

    @Override
    public Integer call() throws Exception {
        org.openjdk.jmh.Main.main(arguments.toArray(String[]::new));
        return 0;
    }
}
