package dev.sprocket.bench.peer;

import com.google.errorprone.annotations.ThreadSafe;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Folder for generated files: {@code bench/target} unless {@code sprocket.bench.home} is set. */
@ThreadSafe
final class WorkFolder {
    private WorkFolder() {}

    static Path folder(String name) throws IOException {
        return Files.createDirectories(Path.of(System.getProperty("sprocket.bench.home", "target"), name));
    }
}
