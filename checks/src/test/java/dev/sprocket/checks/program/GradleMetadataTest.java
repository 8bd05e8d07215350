package dev.sprocket.checks.program;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.CodeSource;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.maven.model.Dependency;
import org.apache.maven.model.Model;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Tests the parts of the POM files that Gradle reads.
 *
 * <p>Gradle takes the BOM as a platform, compiles against dependencies of scope {@code compile}, and adds those of
 * scope {@code runtime} to the class path of the program.
 */
@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
class GradleMetadataTest {
    private static final Path SAMPLE = Path.of("src", "test", "projects", "gradle");
    private static final Pattern TYPE = Pattern.compile("\\b[a-z]\\w*(?:\\.[a-z]\\w*)+\\.[A-Z][\\w$]*");

    private static DependencyTree tree;

    @BeforeAll
    static void readPoms() throws IOException {
        String home =
                Path.of(System.getProperty("user.home"), ".m2", "repository").toString();
        String repository = System.getProperty("maven.repo.local", System.getProperty("localRepository", home));
        tree = new DependencyTree(Path.of(".."), Path.of(repository));
    }

    static Set<String> published() throws IOException {
        Set<String> modules = new TreeSet<>();
        Matcher names = Pattern.compile("<artifactId>(sprocket-(?!bom|parent)[^<]+)</artifactId>")
                .matcher(Files.readString(Path.of("../bom/pom.xml")));
        while (names.find()) {
            modules.add(names.group(1));
        }
        return modules;
    }

    private static String name(Dependency dependency) {
        return dependency.getGroupId() + ":" + dependency.getArtifactId();
    }

    private static boolean isResolved(String value) {
        return value != null && !value.isBlank() && !value.contains("${");
    }

    @Test
    void every_constraint_of_the_platform_has_a_version() {
        Model bom = tree.effective("sprocket-bom");
        assertThat(bom.getParent()).isNull();
        assertThat(bom.getDependencies()).isEmpty();
        assertThat(bom.getDependencyManagement().getDependencies())
                .hasSizeGreaterThan(50)
                .allSatisfy(constraint -> {
                    assertThat(isResolved(constraint.getVersion()))
                            .as(name(constraint))
                            .isTrue();
                    assertThat(constraint.getScope()).as(name(constraint)).isNotEqualTo("import");
                })
                .anySatisfy(constraint -> assertThat(name(constraint)).isEqualTo("io.netty:netty-handler"));
    }

    @ParameterizedTest
    @MethodSource("published")
    void every_dependency_has_version_and_scope(String module) {
        Model model = tree.effective(module);
        assertThat(model.getParent().getArtifactId()).isEqualTo("sprocket-parent");
        assertThat(tree.effective("sprocket-parent").getParent()).isNull();
        assertThat(model.getDependencies()).isNotEmpty().allSatisfy(dependency -> {
            assertThat(isResolved(dependency.getVersion())).as(name(dependency)).isTrue();
            assertThat(dependency.getScope()).as(name(dependency)).isIn("compile", "runtime", "test");
        });
    }

    /** Only the parent and the BOM import others. */
    @ParameterizedTest
    @MethodSource("published")
    void published_module_imports_no_bom(String module) throws IOException {
        assertThat(Files.readString(tree.file(module))).doesNotContain("<scope>import</scope>");
    }

    /** Otherwise code that uses the type does not compile. */
    @ParameterizedTest
    @MethodSource("published")
    void types_in_signatures_come_with_compile_scope(String module) throws Exception {
        Path api = tree.file(module).resolveSibling("api.txt");
        Set<String> compile = new TreeSet<>();
        tree.of(module, Set.of("compile")).forEach(artifact -> compile.add(artifact.replaceFirst(".*:", "")));
        Set<String> missing = new TreeSet<>();
        int types = 0;
        Matcher names = TYPE.matcher(Files.exists(api) ? Files.readString(api) : "");
        while (names.find()) {
            String artifact = artifact(names.group());
            types++;
            if (!artifact.isEmpty() && !compile.contains(artifact)) {
                missing.add(names.group() + " of " + artifact);
            }
        }

        assertThat(missing).isEmpty();
        assertThat(types > 0).as("has an API").isEqualTo(Files.exists(api) && Files.size(api) > 0);
    }

    /** Returns the artifact of a type, or an empty string for one of the JDK. */
    private static String artifact(String type) throws Exception {
        CodeSource source = Class.forName(type, false, GradleMetadataTest.class.getClassLoader())
                .getProtectionDomain()
                .getCodeSource();
        if (source == null || source.getLocation().getProtocol().equals("jrt")) {
            return "";
        }
        Path file = Path.of(URI.create(source.getLocation().toString()));
        Path folder = file.getParent();
        // a module of this build, or "artifact/version/artifact-version.jar"
        return folder.endsWith("target")
                ? "sprocket-" + folder.getParent().getFileName()
                : folder.getParent().getFileName().toString();
    }

    @Test
    void types_are_found_in_their_artifacts() throws Exception {
        assertThat(artifact("dev.sprocket.core.Connection")).isEqualTo("sprocket-core");
        assertThat(artifact("dev.sprocket.bridge.http.HttpPush")).isEqualTo("sprocket-bridge-http");
        assertThat(artifact("com.google.gson.JsonElement")).isEqualTo("gson");
        assertThat(artifact("javax.sql.DataSource")).isEmpty();
        assertThat(tree.of("sprocket-core", Set.of("compile")))
                .contains("io.netty:netty-handler")
                .doesNotContain("io.netty:netty-transport-native-epoll");
    }

    @Test
    void sample_build_has_the_lines_of_the_readme() throws IOException {
        String build = Files.readString(SAMPLE.resolve("build.gradle.kts"));
        String version = tree.effective("sprocket-bom").getVersion();
        String readme = Files.readString(Path.of("../README.md"));
        for (String line : new String[] {
            "implementation(platform(\"dev.sprocket:sprocket-bom:" + version + "\"))",
            "implementation(\"dev.sprocket:sprocket-app\")"
        }) {
            assertThat(build).contains(line);
            assertThat(readme).contains(line);
        }
        assertThat(Files.readString(SAMPLE.resolve("debian.gradle"))).contains("sprocket-app:" + version + "'");
    }
}
