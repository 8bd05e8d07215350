package dev.sprocket.checks.interop;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sprocket.checks.RequiredPrograms;
import dev.sprocket.session.php.PhpCodec;
import dev.sprocket.session.php.PhpFiles;
import dev.sprocket.session.spi.SessionFormatException;
import dev.sprocket.session.spi.SessionObject;
import dev.sprocket.session.spi.SessionStore.Change;
import java.io.BufferedReader;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Session files that PHP writes, reads and locks, in each of its formats. */
@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
@Tag("foreign")
class PhpSessionsTest {
    @TempDir
    Path folder;

    private PhpFiles store;

    @BeforeEach
    void open() {
        RequiredPrograms.require("php");
        store = new PhpFiles(folder.toString());
    }

    @AfterEach
    void close() {
        if (store != null) {
            store.close();
        }
    }

    private Process php(String action, PhpCodec format) throws Exception {
        ProcessBuilder builder = new ProcessBuilder(
                        "env",
                        "php",
                        "src/test/interop/session.php",
                        action,
                        format.name().toLowerCase(Locale.ROOT),
                        folder.toString())
                .redirectError(ProcessBuilder.Redirect.INHERIT);
        builder.environment().put("PATH", RequiredPrograms.path());
        return builder.start();
    }

    private void run(String action, PhpCodec format) throws Exception {
        Process php = php(action, format);
        assertThat(new String(php.getInputStream().readAllBytes(), StandardCharsets.UTF_8))
                .isEmpty();
        assertThat(php.waitFor()).isZero();
    }

    private static <T> T get(CompletionStage<T> stage) throws Exception {
        return stage.toCompletableFuture().get(1, TimeUnit.MINUTES);
    }

    private Map<String, @Nullable Object> load(String id, PhpCodec format) throws Exception {
        return format.decode(get(store.load(id)).orElseThrow());
    }

    @ParameterizedTest
    @EnumSource
    void php_session_round_trips_byte_for_byte(PhpCodec format) throws Exception {
        RequiredPrograms.require("flock");
        run("write", format);
        byte[] stored = get(store.load("write")).orElseThrow();
        Map<String, @Nullable Object> session = format.decode(stored);
        assertThat(pieces(format.encode(session))).as("every byte").containsExactly(pieces(stored));

        assertThat(session).containsEntry("null", null).containsEntry("yes", true);
        assertThat(session.get("ints")).isEqualTo(List.of(0L, -1L, 42L, Long.MAX_VALUE, Long.MIN_VALUE));
        assertThat((List<?>) session.get("strings")).element(1).isEqualTo("Zo\u00eb \uD83D\uDE00");
        assertThat((List<?>) session.get("strings")).element(2).isEqualTo(new byte[] {-1, -2, 0});
        assertThat(session.get("gaps")).isEqualTo(Map.of("1", "a", "0", "b", "-5", "c", "9", "d"));
        assertThat(session).containsKey("with \u00eb and \uDCFF");
        SessionObject user = (SessionObject) session.get("user");
        assertThat(user.field("name")).isEqualTo("Zo\u00eb");
        assertThat(user.field("roles")).isEqualTo(Map.of("0", "admin", "x", 1.5));
        assertThat(user.field("hidden")).isEqualTo("\u00ff\0binary".getBytes(StandardCharsets.ISO_8859_1));
        assertThat(user.fields()).containsEntry("\0Base\0hidden", "of the base");
        assertThat(session.get("again")).isSameAs(user);
        SessionObject clubs = (SessionObject) ((List<?>) session.get("suits")).get(0);
        assertThat(clubs)
                .isEqualTo(new SessionObject("Suit", SessionObject.Kind.ENUM_CONSTANT, Map.of("name", "Clubs")));

        assertThat(get(store.update("write", change(format, "n")))).isTrue();
        run("read", format);
    }

    private static String[] pieces(byte[] stored) {
        return new String(stored, StandardCharsets.ISO_8859_1).split(";");
    }

    /** Returns a change that increments a number. */
    private static Change change(PhpCodec format, String name) {
        return stored -> {
            Map<String, @Nullable Object> session = new LinkedHashMap<>(format.decode(stored));
            session.merge(name, 1L, (old, increment) -> (Long) old + 1);
            return format.encode(session);
        };
    }

    @ParameterizedTest
    @EnumSource
    void php_references_are_resolved(PhpCodec format) throws Exception {
        run("references", format);
        Map<String, @Nullable Object> session = load("references", format);
        assertThat(session.get("list2")).isEqualTo(List.of(1L, 2L));
        assertThat(session.get("number2")).isEqualTo(5L);
        assertThat(session.get("user2")).isSameAs(session.get("user"));
        assertThat(session.get("circle"))
                .isEqualTo(Map.of("me", new SessionObject("array", SessionObject.Kind.BACK_REFERENCE, Map.of())));
    }

    @Test
    void locked_session_is_readable_and_updated_after_unlock() throws Exception {
        RequiredPrograms.require("flock");
        Files.writeString(folder.resolve("sess_hold"), "php|i:1;");
        Process php = php("hold", PhpCodec.PHP);
        BufferedReader out = php.inputReader();
        assertThat(out.readLine()).isEqualTo("open");

        assertThat(load("hold", PhpCodec.PHP)).isEqualTo(Map.of("php", 1L));
        CompletionStage<Boolean> update = store.update("hold", change(PhpCodec.PHP, "sprocket"));
        assertThat(load("hold", PhpCodec.PHP)).isEqualTo(Map.of("php", 1L));
        assertThat(update.toCompletableFuture()).isNotDone();

        release(php);
        assertThat(get(update)).isTrue();
        assertThat(load("hold", PhpCodec.PHP)).isEqualTo(Map.of("php", 2L, "sprocket", 1L));
    }

    /** Lets the waiting PHP script continue. */
    private static void release(Process php) throws Exception {
        try (OutputStream in = php.getOutputStream()) {
            in.write('\n');
        }
    }

    @Test
    void concurrent_updates_lose_no_change() throws Exception {
        RequiredPrograms.require("flock");
        Files.writeString(folder.resolve("sess_hammer"), "php|i:0;");
        Process php = php("hammer", PhpCodec.PHP);
        BufferedReader out = php.inputReader();
        assertThat(out.readLine()).isEqualTo("open");
        for (int i = 0; i < 20; i++) {
            assertThat(get(store.update("hammer", change(PhpCodec.PHP, "sprocket"))))
                    .isTrue();
            assertWhole(load("hammer", PhpCodec.PHP));
        }
        release(php);
        long rounds = Long.parseLong(out.readLine());
        assertThat(php.waitFor()).isZero();
        Map<String, @Nullable Object> session = load("hammer", PhpCodec.PHP);
        assertThat(session).containsEntry("php", rounds).containsEntry("sprocket", 20L);
        assertThat(rounds).isGreaterThan(20);
    }

    private static void assertWhole(Map<String, @Nullable Object> session) {
        String fill = (String) session.getOrDefault("fill", "a");
        assertThat(fill.chars().distinct()).hasSize(1);
    }

    @Test
    void failed_update_changes_nothing_and_creates_no_session() throws Exception {
        RequiredPrograms.require("flock");
        Path file = Files.writeString(folder.resolve("sess_a"), "php|i:1;");
        assertThat(store.update("a", stored -> {
                            throw new SessionFormatException("no (expected: yes)");
                        })
                        .toCompletableFuture())
                .failsWithin(1, TimeUnit.MINUTES)
                .withThrowableThat()
                .withMessageContaining("no (expected: yes)");
        assertThat(file).hasContent("php|i:1;");
        assertThat(get(store.update("b", stored -> stored))).isFalse();
        assertThat(folder.resolve("sess_b")).doesNotExist();
    }
}
