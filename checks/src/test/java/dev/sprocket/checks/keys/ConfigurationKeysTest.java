package dev.sprocket.checks.keys;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.lang.reflect.Method;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Test;

/**
 * Verifies that each configuration key has one test of its visible effect.
 * <p>A new key requires a constant in {@link Key} and a test with {@link Row} in one of the classes {@code …KeysTest}
 * of this package. A key without a visible effect requires an entry in {@link #ELSEWHERE}, with the test that covers it
 * and the reason.
 */
@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
class ConfigurationKeysTest {
    /** Key without a visible effect, with the test that covers it and the reason. */
    private record Elsewhere(Key key, String file, String method, String why) {}

    private static final List<Elsewhere> ELSEWHERE = List.of(
            new Elsewhere(
                    Key.WAMP_SILENT_DISCONNECT,
                    "wamp/src/test/java/dev/sprocket/wamp/SubscribeTest.java",
                    "silent_disconnect_skips_onUnsubscribe",
                    "it changes which callbacks of an application are called, and a file has no application"),
            new Elsewhere(
                    Key.ZMQ_BRIDGE_HIGH_WATER_MARK,
                    "bridge-zmq/src/test/java/dev/sprocket/bridge/zmq/ZmqBridgeTest.java",
                    "receiving_pauses_above_pending_limit_and_blocks_senders",
                    "a sender cannot tell this queue from those of the kernel and of its own library"));

    /** Returns the classes of this package with rows. */
    private static List<Class<?>> groups() throws IOException {
        try (Stream<Path> files = Files.list(Path.of("src/test/java/dev/sprocket/checks/keys"))) {
            List<Class<?>> groups = new ArrayList<>();
            for (Path file : files.filter(one -> one.toString().endsWith("KeysTest.java"))
                    .toList()) {
                groups.add(classOf(file.getFileName().toString().replace(".java", "")));
            }
            return groups;
        }
    }

    private static Class<?> classOf(String name) {
        try {
            return Class.forName(ConfigurationKeysTest.class.getPackageName() + "." + name);
        } catch (ClassNotFoundException e) {
            throw new AssertionError(e);
        }
    }

    private static Map<Key, List<String>> rows() throws IOException {
        Map<Key, List<String>> rows = new EnumMap<>(Key.class);
        for (Class<?> group : groups()) {
            for (Method method : group.getDeclaredMethods()) {
                Row row = method.getAnnotation(Row.class);
                if (row != null) {
                    assertThat(method.isAnnotationPresent(Test.class))
                            .as("@Test on %s", method)
                            .isTrue();
                    Arrays.stream(row.value()).forEach(key -> rows.computeIfAbsent(key, any -> new ArrayList<>())
                            .add(group.getSimpleName() + "." + method.getName()));
                }
            }
        }
        ELSEWHERE.forEach(
                one -> rows.computeIfAbsent(one.key, any -> new ArrayList<>()).add(one.file + " " + one.method));
        return rows;
    }

    @Test
    void every_printed_key_is_named_in_these_tests() {
        assertThat(Arrays.stream(Key.values()).map(Key::path).toList())
                .as("the paths in Key, against what `sprocket config` prints")
                .containsExactlyInAnyOrderElementsOf(PrintedKeys.all().stream()
                        .map(PrintedKeys.Printed::path)
                        .toList());
    }

    @Test
    void every_key_has_exactly_one_row() throws IOException {
        Map<Key, List<String>> rows = rows();
        Set<String> groups = PrintedKeys.all().stream()
                .filter(PrintedKeys.Printed::group)
                .map(PrintedKeys.Printed::path)
                .collect(Collectors.toSet());
        List<String> wrong = new ArrayList<>();
        for (Key key : Key.values()) {
            List<String> found = rows.getOrDefault(key, List.of());
            // the keys inside a group cover the group
            boolean missing = found.isEmpty() && !groups.contains(key.path());
            if (missing || found.size() > 1) {
                wrong.add(key.path() + ": " + found);
            }
        }
        assertThat(wrong).as("keys without a row, or with several").isEmpty();
    }

    @Test
    void every_test_named_instead_of_a_row_exists() throws IOException {
        for (Elsewhere one : ELSEWHERE) {
            assertThat(Files.readString(Path.of("..", one.file)))
                    .as("%s is tested by %s", one.key.path(), one.method)
                    .containsPattern("@(Parameterized)?Test[^{}]*\\bvoid " + one.method + "\\(");
            assertThat(one.why).as("why %s cannot be observed", one.key.path()).isNotBlank();
        }
    }
}
