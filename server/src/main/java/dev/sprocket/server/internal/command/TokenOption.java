package dev.sprocket.server.internal.command;

import java.io.IOException;
import java.nio.charset.MalformedInputException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Options for a bearer token: from a file, the environment, or the command line. */
final class TokenOption {
    /** Environment variable that is read without an option. */
    static final String VARIABLE = "PUSH_TOKEN";

    private static final int MAX_SIZE = 8192;

    @Option(
            names = "--token-file",
            paramLabel = "FILE",
            description = "file whose first line is the bearer token over HTTP; default: the environment variable "
                    + VARIABLE)
    private @Nullable Path file;

    @Option(
            names = "--token",
            paramLabel = "TOKEN",
            description = "bearer token over HTTP; visible to other users of this machine")
    private @Nullable String literal;

    /** Returns the token, if any; throws {@link IllegalArgumentException} if it is invalid. */
    Optional<String> read(Map<String, String> environment) throws IOException {
        if (file != null) {
            return Optional.of(checked("--token-file " + file, firstLine(file)));
        }
        if (literal != null) {
            Terminal.print(
                    System.err,
                    "sprocket: --token is visible to other users of this machine (use --token-file or the "
                            + "environment variable " + VARIABLE + ")");
            return Optional.of(checked("--token", literal));
        }
        String value = environment.get(VARIABLE);
        return value == null ? Optional.empty() : Optional.of(checked(VARIABLE, value));
    }

    private static String firstLine(Path file) throws IOException {
        try {
            if (Files.size(file) > MAX_SIZE) {
                throw new IllegalArgumentException(
                        "--token-file " + file + ": more than " + MAX_SIZE + " bytes (expected: one line)");
            }
            return Files.readString(file, StandardCharsets.UTF_8)
                    .lines()
                    .findFirst()
                    .orElse("")
                    .strip();
        } catch (NoSuchFileException e) {
            throw new IOException("--token-file: no such file: " + file, e);
        } catch (MalformedInputException e) {
            throw new IOException("--token-file " + file + ": not UTF-8", e);
        }
    }

    private static String checked(String source, String token) {
        if (token.isEmpty() || token.chars().anyMatch(c -> c <= ' ' || c >= 0x7f)) {
            throw new IllegalArgumentException(
                    source + ": " + (token.isEmpty() ? "empty" : "contains blanks or non-ASCII characters")
                            + " (expected: visible ASCII characters)");
        }
        return token;
    }
}
