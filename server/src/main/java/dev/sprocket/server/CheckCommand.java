package dev.sprocket.server;

import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code sprocket check}. */
@Command(
        name = "check",
        description =
                "Says what is wrong with a configuration, all of it; exit code 1 if anything is. Warnings are about "
                        + "what is allowed but perhaps not meant, and leave the exit code 0.",
        mixinStandardHelpOptions = true,
        versionProvider = Version.class)
final class CheckCommand implements Callable<Integer> {
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
