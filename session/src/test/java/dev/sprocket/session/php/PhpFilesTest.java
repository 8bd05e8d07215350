package dev.sprocket.session.php;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Tests of the file store without PHP.
 *
 * <p>Tests with PHP and its lock are in {@code checks}.
 */
@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
class PhpFilesTest {
    @TempDir
    Path folder;

    private static Optional<String> load(PhpFiles store, String id) throws Exception {
        return store.load(id)
                .toCompletableFuture()
                .get(30, TimeUnit.SECONDS)
                .map(bytes -> new String(bytes, StandardCharsets.UTF_8));
    }

    @CanIgnoreReturnValue
    private Path session(String name, String content) throws Exception {
        Path file = folder.resolve(name);
        Files.createDirectories(file.getParent());
        return Files.writeString(file, content);
    }

    @Test
    void reads_session_from_file() throws Exception {
        session("sess_abc,-9", "user|s:3:\"Ann\";");
        session("sess_new", "");
        try (PhpFiles store = new PhpFiles(folder.toString())) {
            assertThat(load(store, "abc,-9")).contains("user|s:3:\"Ann\";");
            assertThat(load(store, "new")).contains("");
            assertThat(load(store, "unknown")).isEmpty();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"2;", "2;600;"})
    void levels_are_folders_named_by_first_characters(String levels) throws Exception {
        session("a/b/sess_abc", "deep");
        try (PhpFiles store = new PhpFiles(levels + folder)) {
            assertThat(load(store, "abc")).contains("deep");
            assertThat(load(store, "xyz")).isEmpty();
            assertThat(load(store, "ab")).as("too short in PHP as well").isEmpty();
        }
    }

    @Test
    void ids_never_leave_folder() throws Exception {
        session("outside", "secret");
        session("in/sess_x/deeper", "secret");
        Files.createSymbolicLink(folder.resolve("in/sess_link"), folder.resolve("outside"));
        try (PhpFiles store = new PhpFiles(folder.resolve("in").toString())) {
            for (String id : new String[] {
                "", "../outside", "x/../../outside", "x/deeper", "x", "a\0b", "\u00e4", "a.b", "link", "a".repeat(257)
            }) {
                assertThat(load(store, id)).as(id).isEmpty();
                assertThat(store.update(id, stored -> stored)
                                .toCompletableFuture()
                                .get(30, TimeUnit.SECONDS))
                        .isFalse();
            }
        }
    }

    @Test
    void file_older_than_max_age_has_expired() throws Exception {
        Path file = session("sess_old", "old");
        Files.setLastModifiedTime(file, FileTime.from(Instant.now().minus(Duration.ofMinutes(30))));
        try (PhpFiles store = new PhpFiles(folder.toString(), Duration.ofMinutes(24));
                PhpFiles any = new PhpFiles(folder.toString())) {
            assertThat(load(store, "old")).isEmpty();
            assertThat(load(any, "old")).contains("old");
        }
    }

    @Test
    void too_large_file_is_not_read() throws Exception {
        Files.write(folder.resolve("sess_huge"), new byte[PhpFile.MAX_BYTES + 1]);
        try (PhpFiles store = new PhpFiles(folder.toString())) {
            assertThatThrownBy(() -> load(store, "huge")).hasMessageContaining("4194305 bytes");
        }
    }

    @Test
    void recently_written_file_is_read_twice() throws Exception {
        Path file = session("sess_a", "one");
        PhpFile first = PhpFile.read(file, Duration.ZERO).orElseThrow();
        assertThat(first.isConsistent(null)).isFalse();
        PhpFile second = PhpFile.read(file, Duration.ZERO).orElseThrow();
        assertThat(second.isConsistent(first)).isTrue();
        Files.writeString(file, "two");
        assertThat(PhpFile.read(file, Duration.ZERO).orElseThrow().isConsistent(second))
                .isFalse();
    }

    @Test
    void write_keeps_modification_time() throws Exception {
        Path file = session("sess_a", "a long one");
        FileTime before = FileTime.from(Instant.parse("2020-01-01T00:00:00Z"));
        Files.setLastModifiedTime(file, before);
        PhpFile.read(file, Duration.ZERO).orElseThrow().write(file, "short".getBytes(StandardCharsets.UTF_8));
        assertThat(file).hasContent("short");
        assertThat(Files.getLastModifiedTime(file)).isEqualTo(before);
    }

    @Test
    void load_fails_when_store_is_closed() throws Exception {
        PhpFiles store = new PhpFiles(folder.toString());
        session("sess_a", "a");
        store.close();
        assertThatThrownBy(() -> store.load("a").toCompletableFuture().join())
                .isInstanceOfAny(CancellationException.class, CompletionException.class)
                .hasMessageContaining("closed");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "/no/such/folder", "x;/tmp", "1;999;/tmp", "1;2;3;/tmp"})
    void constructor_rejects_missing_folder(String savePath) {
        assertThatThrownBy(() -> new PhpFiles(savePath)).hasMessageContaining("session.save_path");
    }
}
