package dev.sprocket.bench;

import com.google.errorprone.annotations.ThreadSafe;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Where the program may leave files: {@code bench/target}, unless told otherwise. */
@ThreadSafe
final class Home {
    private Home() {}

    static Path folder(String name) throws IOException {
        return Files.createDirectories(Path.of(System.getProperty("sprocket.bench.home", "target"), name));
    }
}
