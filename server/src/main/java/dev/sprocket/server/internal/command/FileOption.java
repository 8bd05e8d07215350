package dev.sprocket.server.internal.command;

import dev.sprocket.config.ConfiguredServer;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Option;

/** Option for the configuration file of a command. */
final class FileOption {
    private static final Path DEFAULT = Path.of("site.conf");

    @CommandLine.Spec(CommandLine.Spec.Target.MIXEE)
    private CommandLine.Model.@Nullable CommandSpec spec;

    @Option(
            names = {"-c", "--config"},
            paramLabel = "FILE",
            description = "configuration file (HOCON); 'sprocket config' lists its keys; default: site.conf in the"
                    + " working directory")
    private @Nullable Path file;

    ConfiguredServer server() {
        return ConfiguredServer.of(file());
    }

    /** Reports whether the command line names a file. */
    boolean isSet() {
        return file != null;
    }

    /** Sets the file of a positional parameter. */
    void set(Path positional) {
        file = positional;
    }

    Path file() {
        if (file != null) {
            return file;
        }
        if (!Files.isRegularFile(DEFAULT) && spec != null) {
            throw new CommandLine.ParameterException(
                    spec.commandLine(), "missing option -c FILE (and there is no site.conf in this directory)");
        }
        return DEFAULT;
    }
}
