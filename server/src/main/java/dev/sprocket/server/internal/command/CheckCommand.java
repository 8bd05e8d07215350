package dev.sprocket.server.internal.command;

import dev.sprocket.core.internal.text.SafeText;
import dev.sprocket.plugin.config.ConfigurationException;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Command {@code sprocket check}. */
@Command(
        name = "check",
        description = {
            "Reports every error in a configuration file, with line numbers. Warnings report settings that are valid "
                    + "but probably unintended, such as a key without effect or a short secret.",
            "The exit code is 1 after an error; warnings change it only with --strict."
        },
        mixinStandardHelpOptions = true,
        versionProvider = Version.class)
public final class CheckCommand implements Callable<Integer> {
    @Mixin
    private FileOption config = new FileOption();

    @Option(names = "--strict", description = "exit code 1 after a warning, too")
    private boolean strict;

    @Override
    public Integer call() {
        List<String> warnings;
        try {
            warnings = config.server().warnings();
        } catch (ConfigurationException e) {
            print(e.warnings());
            throw e;
        }
        print(warnings);
        boolean accepted = warnings.isEmpty() || !strict;
        Terminal.print(
                System.out,
                config.file() + ": " + (accepted ? "valid" : "rejected by --strict")
                        + (warnings.isEmpty() ? "" : " (warnings: " + warnings.size() + ")"));
        return accepted ? 0 : 1;
    }

    private static void print(List<String> warnings) {
        warnings.forEach(warning -> Terminal.print(System.out, "warning: " + SafeText.escape(warning)));
        System.out.flush();
    }
}
