package dev.sprocket.server;

import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code sprocket check}. */
@Command(
        name = "check",
        description = "Says what is wrong with a configuration, all of it; exit code 1 if anything is.",
        mixinStandardHelpOptions = true,
        versionProvider = Version.class)
final class CheckCommand implements Callable<Integer> {
    @Mixin
    private FileOption config = new FileOption();

    @Override
    public Integer call() {
        config.server();
        System.out.println(config.file() + ": nothing is wrong");
        return 0;
    }
}
