package dev.sprocket.session.php;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * Folder of PHP's session files, from {@code session.save_path}.
 *
 * <p>The forms are {@code folder}, {@code levels;folder} and {@code levels;mode;folder}.
 */
final class PhpFolder {
    private static final Pattern SAVE_PATH = Pattern.compile("(?:([0-9]{1,2});(?:[0-7]{1,4};)?)?([^;]+)");
    /** Ids that PHP accepts; no character has a meaning in a path. */
    private static final Pattern ID = Pattern.compile("[A-Za-z0-9,-]{1,256}");

    private final Path folder;
    private final int levels;

    PhpFolder(String savePath) {
        var parts = SAVE_PATH.matcher(savePath);
        if (!parts.matches() || !Files.isDirectory(Path.of(parts.group(2)))) {
            throw new IllegalArgumentException(
                    "no such folder: " + savePath + " (expected: value of session.save_path)");
        }
        folder = Path.of(parts.group(2));
        levels = parts.group(1) == null ? 0 : Integer.parseInt(parts.group(1));
    }

    /** Returns the file of a session; empty if PHP would not generate this id. */
    Optional<Path> file(String id) {
        if (id.length() <= levels || !ID.matcher(id).matches()) {
            return Optional.empty();
        }
        Path file = folder;
        for (int i = 0; i < levels; i++) {
            file = file.resolve(id.substring(i, i + 1));
        }
        return Optional.of(file.resolve("sess_" + id));
    }
}
