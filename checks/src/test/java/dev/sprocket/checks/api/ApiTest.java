package dev.sprocket.checks.api;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Test;

/** Compares the public API of each published module with its {@code api.txt}. */
@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
class ApiTest {
    private static final Path ROOT = Path.of("..");
    private static final String COMMAND = "mvn test -pl checks -am -Dtest=ApiTest -Dapi.write=true";

    private static List<Path> modules() throws IOException {
        List<Path> modules = new ArrayList<>();
        Matcher names =
                Pattern.compile("<module>([\\w-]+)</module>").matcher(Files.readString(ROOT.resolve("pom.xml")));
        while (names.find()) {
            Path module = ROOT.resolve(names.group(1));
            boolean published = !Files.readString(module.resolve("pom.xml")).contains("<maven.deploy.skip>");
            if (published && Files.isDirectory(module.resolve("src/main/java"))) {
                modules.add(module);
            }
        }
        return modules;
    }

    @Test
    void public_api_equals_api_files() throws IOException {
        List<String> differences = new ArrayList<>();
        for (Path module : modules()) {
            List<String> actual = PublicApi.of(module);
            Path file = module.resolve("api.txt");
            if (Boolean.getBoolean("api.write")) {
                Files.write(file, actual);
            }
            List<String> recorded = Files.exists(file) ? Files.readAllLines(file) : List.of();
            TreeSet<String> removed = new TreeSet<>(recorded);
            actual.forEach(removed::remove);
            TreeSet<String> added = new TreeSet<>(actual);
            recorded.forEach(added::remove);
            String name = module.getFileName() + "/api.txt";
            removed.forEach(line -> differences.add(name + " - " + line));
            added.forEach(line -> differences.add(name + " + " + line));
        }
        assertThat(differences)
                .as("changes of the public API; if they are intended, run: " + COMMAND)
                .isEmpty();
    }

    @Test
    void api_lists_generics_but_no_internals() {
        assertThat(PublicApi.of(ROOT.resolve("core")))
                .anyMatch(line -> line.startsWith("dev.sprocket.core.Component: public interface<"))
                .noneMatch(line -> line.contains(".internal."))
                .noneMatch(line -> line.contains("lambda$"))
                .isSorted()
                .hasSizeGreaterThan(100);
    }
}
