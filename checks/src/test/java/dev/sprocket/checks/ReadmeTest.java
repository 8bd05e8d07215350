package dev.sprocket.checks;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Test;

@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
class ReadmeTest {
    @Test
    void its_first_program_is_the_compiled_chat() throws Exception {
        String readme = Files.readString(Path.of("../README.md"));
        String chat = Files.readString(Path.of("../examples/src/main/java/dev/sprocket/examples/Chat.java"));
        int start = readme.indexOf("```java\n") + "```java\n".length();
        String shown = readme.substring(start, readme.indexOf("```", start));
        assertThat(shown).isEqualTo(chat.substring(chat.indexOf("import ")));
    }

    @Test
    void it_is_short() throws Exception {
        assertThat(Files.readAllLines(Path.of("../README.md"))).hasSizeLessThan(120);
    }
}
