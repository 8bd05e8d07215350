package dev.sprocket.server.internal.command;

import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** Command {@code sprocket explain}. */
@Command(
        name = "explain",
        description = "Prints the stacks of a configuration as trees, outermost layer first.",
        mixinStandardHelpOptions = true,
        versionProvider = Version.class)
public final class ExplainCommand implements Callable<Integer> {
    @Mixin
    private FileOption config = new FileOption();

    @Override
    public Integer call() {
        System.out.println(config.server().explain());
        return 0;
    }
}
