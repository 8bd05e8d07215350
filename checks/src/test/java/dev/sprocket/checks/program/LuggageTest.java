package dev.sprocket.checks.program;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Tests that libraries bring no plugins, configuration or programs to a project that uses them. */
@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
@Tag("slow")
class LuggageTest {
    /** Groups that only plugins, configuration and programs need. */
    private static final Pattern LUGGAGE = Pattern.compile("(com\\.google\\.inject|com\\.google\\.guava|com\\.typesafe"
            + "|info\\.picocli|ch\\.qos\\.logback)[:.].*|dev\\.sprocket:sprocket-(plugin|config|server)");

    private static final Set<String> HOSTS =
            Set.of("sprocket-plugin", "sprocket-config", "sprocket-server", "sprocket-examples");

    private static DependencyTree tree;

    @BeforeAll
    static void readPoms() throws IOException {
        String home =
                Path.of(System.getProperty("user.home"), ".m2", "repository").toString();
        String repository = System.getProperty("maven.repo.local", System.getProperty("localRepository", home));
        tree = new DependencyTree(Path.of(".."), Path.of(repository));
    }

    /** Returns the artifacts in the BOM, except those that consist of plugins and configuration. */
    static Set<String> libraries() throws IOException {
        Set<String> libraries = new TreeSet<>();
        Matcher names = Pattern.compile("<artifactId>(sprocket-(?!bom|parent)[^<]+)</artifactId>")
                .matcher(Files.readString(Path.of("../bom/pom.xml")));
        while (names.find()) {
            libraries.add(names.group(1));
        }
        libraries.removeAll(HOSTS);
        return libraries;
    }

    @ParameterizedTest
    @MethodSource("libraries")
    void library_brings_no_guice_or_configuration(String library) {
        Set<String> luggage = tree.of(library);
        luggage.removeIf(artifact -> !LUGGAGE.matcher(artifact).matches());
        if (library.equals("sprocket-session-memcached")) { // the memcached client needs Guava
            luggage.removeIf(artifact -> artifact.startsWith("com.google.guava:"));
        }

        assertThat(luggage).isEmpty();
    }

    @Test
    void trees_contain_indirect_dependencies() {
        assertThat(tree.of("sprocket-session-redis"))
                .contains("dev.sprocket:sprocket-core", "io.lettuce:lettuce-core", "io.projectreactor:reactor-core");
        assertThat(tree.of("sprocket-server"))
                .contains(
                        "dev.sprocket:sprocket-session-redis",
                        "dev.sprocket:sprocket-plugin",
                        "com.google.inject:guice",
                        "com.google.guava:guava",
                        "com.typesafe:config");
    }
}
