package dev.sprocket.checks.docs;

import static java.util.regex.Pattern.CASE_INSENSITIVE;
import static java.util.regex.Pattern.DOTALL;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.BiConsumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Test;

/** Rules for names and texts that a machine can check; CONTRIBUTING.md has the others. */
@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
class LanguageTest {
    private static final Path ROOT = Path.of("..");
    private static final int MOST_WORDS_OF_A_SENTENCE = 15;
    private static final int MOST_WORDS_OF_A_TEST = 9;
    private static final int MOST_COLUMNS = 120;

    private static final Pattern JAVADOC = Pattern.compile("/\\*\\*(.*?)\\*/", DOTALL);
    private static final Pattern END_OF_SUMMARY =
            Pattern.compile("<p>|<pre>|<ul>|(^| )@(param|return|throws|see)\\b|\\{@inheritDoc");
    private static final Pattern TAG = Pattern.compile("\\{@\\w+\\s+[^}]*}|<code>.*?</code>");
    private static final Pattern END_OF_SENTENCE = Pattern.compile("(?<=[.!?])\\s+(?=[A-Z({<])");
    private static final Pattern WORD = Pattern.compile("\\S*\\w\\S*");
    /** Openings that need their neighbour, or that hide the subject of the sentence. */
    private static final Pattern BAD_OPENING = Pattern.compile(
            "(As above|As \\{@|The same|This too|Same as|What|Who|Whose|Whom|Whether|How|Where|Which|One that|It"
                    + " |They|Those|Somebody|Nobody|Says|Has |So |That |Also|And |But |Nothing|There ).*",
            CASE_INSENSITIVE | DOTALL);

    private static final Pattern TEST_METHOD = Pattern.compile(
            "@(?:Test|ParameterizedTest|TestFactory|RepeatedTest|FuzzTest)\\b[^;{]*?\\bvoid (\\w+)\\(", DOTALL);
    private static final Pattern COMMENT_LINE = Pattern.compile("\\s*(\\*|//|/\\*).*");
    private static final Pattern TYPE_NAME = Pattern.compile("\\b[A-Z]\\w+\\b");

    private static List<Path> files(String ending) throws IOException {
        try (Stream<Path> all = Files.walk(ROOT)) {
            return all.filter(path -> path.toString().endsWith(ending))
                    .filter(path -> !path.toString().matches(".*/(target|node_modules|\\.git|resources)/.*"))
                    .sorted()
                    .toList();
        }
    }

    private static List<String> violations(String ending, BiConsumer<String, List<String>> rule) throws IOException {
        List<String> violations = new ArrayList<>();
        for (Path file : files(ending)) {
            List<String> found = new ArrayList<>();
            rule.accept(Files.readString(file), found);
            found.forEach(text -> violations.add(ROOT.relativize(file) + ": " + text));
        }
        return violations;
    }

    private static Stream<String> summaries(String source) {
        return JAVADOC.matcher(source).results().map(LanguageTest::summary).filter(text -> !text.isEmpty());
    }

    private static String summary(java.util.regex.MatchResult javadoc) {
        String text = javadoc.group(1)
                .replaceAll("\\n\\s*\\*", "\n")
                .replaceAll("\\s+", " ")
                .strip();
        Matcher end = END_OF_SUMMARY.matcher(text);
        return (end.find() ? text.substring(0, end.start()) : text).strip();
    }

    @Test
    void javadoc_summaries_have_at_most_fifteen_words() throws IOException {
        assertThat(violations(".java", (source, found) -> summaries(source).forEach(summary -> {
                    String first = END_OF_SENTENCE.split(TAG.matcher(summary).replaceAll("X"), 2)[0];
                    if (WORD.matcher(first).results().count() > MOST_WORDS_OF_A_SENTENCE) {
                        found.add(first);
                    }
                })))
                .isEmpty();
    }

    @Test
    void javadoc_summaries_stand_alone() throws IOException {
        assertThat(violations(".java", (source, found) -> summaries(source)
                        .filter(summary -> BAD_OPENING.matcher(summary).matches())
                        .forEach(found::add)))
                .isEmpty();
    }

    @Test
    void thread_safety_is_an_annotation_or_a_sentence() throws IOException {
        String shorthand = "Threads" + ":";
        assertThat(violations(".java", (source, found) -> source.lines()
                        .filter(line -> line.contains(shorthand))
                        .forEach(found::add)))
                .isEmpty();
    }

    @Test
    void comments_fit_the_columns_of_the_code() throws IOException {
        assertThat(violations(".java", (source, found) -> source.lines()
                        .filter(line -> line.length() > MOST_COLUMNS
                                && COMMENT_LINE.matcher(line).matches())
                        .forEach(found::add)))
                .isEmpty();
    }

    @Test
    void test_names_have_at_most_nine_words() throws IOException {
        assertThat(violations(".java", (source, found) -> TEST_METHOD
                        .matcher(source)
                        .results()
                        .map(test -> test.group(1))
                        .filter(name -> name.split("_").length > MOST_WORDS_OF_A_TEST)
                        .forEach(found::add)))
                .isEmpty();
    }

    @Test
    void renamed_types_are_mentioned_nowhere() throws IOException {
        Set<String> renamed = Set.copyOf(Files.readAllLines(Path.of("src/test/resources/renamed-types.txt")));
        BiConsumer<String, List<String>> rule = (source, found) -> TYPE_NAME
                .matcher(source)
                .results()
                .map(name -> name.group())
                .filter(renamed::contains)
                .distinct()
                .forEach(found::add);
        assertThat(violations(".java", rule)).isEmpty();
        // the page about Ratchet contains names of Ratchet
        assertThat(violations(".md", rule))
                .allMatch(line -> line.startsWith("CHANGELOG.md: ") || line.startsWith("docs/guide/from-ratchet.md: "));
    }

    @Test
    void decision_records_are_numbered_dated_and_indexed() throws IOException {
        Path folder = ROOT.resolve("docs/adr");
        List<Path> records = files(".md").stream()
                .filter(file -> file.getParent().equals(folder)
                        && !file.getFileName().toString().equals("README.md"))
                .toList();
        String index = Files.readString(folder.resolve("README.md"));
        for (int i = 0; i < records.size(); i++) {
            String name = records.get(i).getFileName().toString();
            String text = Files.readString(records.get(i));
            assertThat(name).as("number without a hole").startsWith("%04d-".formatted(i + 1));
            assertThat(text.lines().findFirst())
                    .hasValueSatisfying(title -> assertThat(title).as(name).matches("# .+"));
            assertThat(text)
                    .as(name)
                    .containsPattern("Status: (Accepted|Superseded)")
                    .containsPattern("20\\d\\d-\\d\\d-\\d\\d");
            assertThat(text)
                    .as(name)
                    .contains("## Context")
                    .contains("## Decision")
                    .contains("## Consequences");
            assertThat(index).contains("(" + name + ")");
        }
    }
}
