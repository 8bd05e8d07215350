package dev.sprocket.session;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.regex.Pattern;

/** Where PHP keeps files: its {@code session.save_path}, a folder or {@code levels;folder} or {@code levels;mode;folder}. */
final class PhpFolder {
    private static final Pattern SAVE_PATH = Pattern.compile("(?:([0-9]{1,2});(?:[0-7]{1,4};)?)?([^;]+)");
    /** PHP's own check: nothing of a path. */
    private static final Pattern ID = Pattern.compile("[A-Za-z0-9,-]{1,256}");

    private final Path folder;
    private final int levels;

    PhpFolder(String savePath) {
        var parts = SAVE_PATH.matcher(savePath);
        if (!parts.matches() || !Files.isDirectory(Path.of(parts.group(2)))) {
            throw new IllegalArgumentException(
                    "folder: " + savePath + " (expected: that of session.save_path, which exists)");
        }
        folder = Path.of(parts.group(2));
        levels = parts.group(1) == null ? 0 : Integer.parseInt(parts.group(1));
    }

    /** The file of a session; empty if PHP would not have given this id. */
    Optional<Path> file(String id) {
        if (id.length() <= levels || !ID.matcher(id).matches()) {
            return Optional.empty();
        }
        Path within = folder;
        for (int i = 0; i < levels; i++) {
            within = within.resolve(id.substring(i, i + 1));
        }
        return Optional.of(within.resolve("sess_" + id));
    }
}
