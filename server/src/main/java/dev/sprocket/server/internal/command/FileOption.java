package dev.sprocket.server.internal.command;

import dev.sprocket.config.ConfiguredServer;
import java.nio.file.Path;
import picocli.CommandLine.Option;

/** Option for the configuration file of a command. */
final class FileOption {
    @Option(
            names = {"-c", "--config"},
            paramLabel = "FILE",
            required = true,
            description = "configuration file (HOCON); 'sprocket config' lists its keys")
    private Path file = Path.of("");

    ConfiguredServer server() {
        return ConfiguredServer.of(file);
    }

    Path file() {
        return file;
    }
}
