package dev.sprocket.server.internal.command;

import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** Command {@code sprocket check}. */
@Command(
        name = "check",
        description =
                "Reports every error in a configuration file, with line numbers. The exit code is 1 after an error; "
                        + "warnings do not change it.",
        mixinStandardHelpOptions = true,
        versionProvider = Version.class)
public final class CheckCommand implements Callable<Integer> {
    @Mixin
    private FileOption config = new FileOption();

    @Override
    public Integer call() {
        List<String> warnings = config.server().warnings();
        warnings.forEach(warning -> System.out.println("warning: " + warning));
        System.out.println(
                config.file() + ": valid" + (warnings.isEmpty() ? "" : " (warnings: " + warnings.size() + ")"));
        return 0;
    }
}
