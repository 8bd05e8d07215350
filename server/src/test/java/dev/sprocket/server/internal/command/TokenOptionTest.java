package dev.sprocket.server.internal.command;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** Sources of the bearer token. */
@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
final class TokenOptionTest {
    private static final Map<String, String> ENVIRONMENT = Map.of(TokenOption.VARIABLE, "from-environment");

    @TempDir
    Path folder;

    /** Command with the mutually exclusive token options. */
    @CommandLine.Command
    private static final class Probe {
        @CommandLine.ArgGroup
        TokenOption token = new TokenOption();
    }

    private static Optional<String> read(Map<String, String> environment, String... args) throws IOException {
        Probe probe = new Probe();
        new CommandLine(probe).parseArgs(args);
        return probe.token.read(environment);
    }

    private String file(String content) throws IOException {
        return Files.writeString(folder.resolve("token"), content).toString();
    }

    @Test
    void file_takes_precedence_over_the_environment() throws IOException {
        assertThat(read(ENVIRONMENT, "--token-file", file("from-file\nnote\n"))).contains("from-file");
        assertThat(read(ENVIRONMENT)).contains("from-environment");
        assertThat(read(Map.of())).isEmpty();
        assertThat(read(ENVIRONMENT, "--token", "literal")).contains("literal");
    }

    @Test
    void file_and_literal_exclude_each_other() throws IOException {
        String file = file("a");
        assertThatThrownBy(() -> read(Map.of(), "--token-file", file, "--token", "b"))
                .isInstanceOf(CommandLine.MutuallyExclusiveArgsException.class);
    }

    @Test
    void error_names_the_source_and_never_the_token() throws IOException {
        String missing = folder.resolve("none").toString();
        assertThatThrownBy(() -> read(Map.of(), "--token-file", missing)).hasMessageContaining("no such file");
        String empty = file("\n");
        assertThatThrownBy(() -> read(Map.of(), "--token-file", empty)).hasMessageContaining("empty (expected:");
        assertThatThrownBy(() -> read(Map.of(TokenOption.VARIABLE, "a\r\nX: secret")))
                .hasMessageStartingWith(TokenOption.VARIABLE)
                .hasMessageNotContaining("secret");
    }
}
