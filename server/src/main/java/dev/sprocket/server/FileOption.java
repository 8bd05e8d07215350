package dev.sprocket.server;

import dev.sprocket.app.ConfiguredServer;
import java.nio.file.Path;
import picocli.CommandLine.Option;

/** Which configuration a command is about. */
final class FileOption {
    @Option(
            names = {"-c", "--config"},
            paramLabel = "FILE",
            required = true,
            description = "the configuration (HOCON); all keys: sprocket config")
    private Path file = Path.of("");

    ConfiguredServer server() {
        return ConfiguredServer.of(file);
    }

    Path file() {
        return file;
    }
}
