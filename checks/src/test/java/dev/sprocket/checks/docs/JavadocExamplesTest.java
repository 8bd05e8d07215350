package dev.sprocket.checks.docs;

import static java.util.regex.Pattern.DOTALL;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import javax.tools.Diagnostic;
import javax.tools.DiagnosticCollector;
import javax.tools.JavaFileObject;
import javax.tools.SimpleJavaFileObject;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Compiles the examples in the Javadoc of public types.
 *
 * <p>An example consists of statements or of members of a subclass of {@link JavadocContext}.
 */
@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
class JavadocExamplesTest {
    private static final Pattern EXAMPLE = Pattern.compile("<pre>\\{@code\\s*\\n(.*?)\\}</pre>", DOTALL);
    private static final Pattern PUBLIC =
            Pattern.compile("^public .*(class|interface|record|enum) ", Pattern.MULTILINE);
    private static final Pattern PACKAGE = Pattern.compile("^package ([\\w.]+);", Pattern.MULTILINE);
    private static final Pattern MEMBER =
            Pattern.compile("^(@\\w+ )?(public |private |static |final )", Pattern.MULTILINE);

    private record Example(String name, String file, String text, String imports) {
        JavaFileObject source() {
            String body = MEMBER.matcher(text).find() ? text : "void example() throws Exception {\n" + text + "}\n";
            String source =
                    imports + "class " + name + " extends dev.sprocket.checks.docs.JavadocContext {\n" + body + "}\n";
            return new SimpleJavaFileObject(URI.create("string:///" + name + ".java"), JavaFileObject.Kind.SOURCE) {
                @Override
                public CharSequence getCharContent(boolean ignoreEncodingErrors) {
                    return source;
                }

                @Override
                public String toString() {
                    return file + "\n" + source;
                }
            };
        }
    }

    private static List<Path> sources() throws IOException {
        try (Stream<Path> all = Files.walk(Path.of(".."))) {
            return all.filter(path -> !path.endsWith("module-info.java"))
                    .filter(path -> path.toString()
                            .matches("\\.\\./(?!bench|fuzz|faultlab|leaktest|examples)[^/]+/src/main/java/.*\\.java"))
                    .sorted()
                    .toList();
        }
    }

    private static String imports(List<Path> sources) throws IOException {
        List<String> packages = new ArrayList<>();
        for (Path source : sources) {
            String text = Files.readString(source);
            Matcher name = PACKAGE.matcher(text);
            if (PUBLIC.matcher(text).find() && name.find() && !name.group(1).contains(".internal")) {
                packages.add("import " + name.group(1) + ".*;\n");
            }
        }
        return packages.stream().distinct().collect(Collectors.joining())
                + "import static dev.sprocket.config.stack.Layers.*;\n"
                + "import static dev.sprocket.pubsub.access.Action.*;\n"
                + "import static org.assertj.core.api.Assertions.assertThat;\n"
                + "import com.google.inject.*;\n"
                + "import io.micrometer.core.instrument.MeterRegistry;\n"
                + "import io.micrometer.prometheusmetrics.*;\n"
                + "import com.google.inject.multibindings.Multibinder;\n"
                + "import java.nio.file.Path;\n"
                + "import java.time.Duration;\n"
                + "import java.util.List;\n"
                + "import java.util.Optional;\n"
                + "import java.util.concurrent.atomic.*;\n";
    }

    private static List<Example> examples() throws IOException {
        List<Path> sources = sources();
        String imports = imports(sources);
        List<Example> examples = new ArrayList<>();
        for (Path source : sources) {
            String code = Files.readString(source);
            String own =
                    PACKAGE.matcher(code).results().findFirst().orElseThrow().group(1);
            Matcher found = EXAMPLE.matcher(code);
            while (found.find()) {
                String text = found.group(1).replaceAll("(?m)^\\s*\\* ?", "");
                // those of packages are of shells, wires and other languages
                if (!source.endsWith("package-info.java")) {
                    String visible = own.contains(".internal") ? "import " + own + ".*;\n" + imports : imports;
                    examples.add(new Example("Example" + examples.size(), source.toString(), text, visible));
                }
            }
        }
        return examples;
    }

    @Test
    void examples_in_javadoc_compile(@TempDir Path classes) throws IOException {
        List<Example> examples = examples();
        assertThat(examples).hasSizeGreaterThan(30);
        DiagnosticCollector<JavaFileObject> found = new DiagnosticCollector<>();
        ToolProvider.getSystemJavaCompiler()
                .getTask(
                        null,
                        null,
                        found,
                        List.of("-proc:none", "-cp", System.getProperty("java.class.path"), "-d", classes.toString()),
                        null,
                        examples.stream().map(Example::source).toList())
                .call();
        assertThat(found.getDiagnostics())
                .filteredOn(diagnostic -> diagnostic.getKind() == Diagnostic.Kind.ERROR)
                .extracting(diagnostic -> diagnostic.getLineNumber() + ": " + diagnostic.getMessage(null) + " in "
                        + diagnostic.getSource())
                .isEmpty();
    }
}
