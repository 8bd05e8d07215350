package dev.sprocket.server;

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

/** Where a command takes its secret from: a file, the environment, or the command line, which every user can list. */
final class TokenOption {
    /** The variable that is read if no option is given. */
    static final String VARIABLE = "PUSH_TOKEN";

    private static final int LONGEST = 8192;

    @Option(
            names = "--token-file",
            paramLabel = "FILE",
            description = "for --http: file whose first line is sent as Authorization: Bearer; without it the variable "
                    + VARIABLE + " of the environment, if it is set")
    private @Nullable Path file;

    @Option(
            names = "--token",
            paramLabel = "TOKEN",
            description = "the same on the command line, which other users of this machine can read")
    private @Nullable String literal;

    /** The secret, if there is one. Throws {@link IllegalArgumentException} if it is empty or no token. */
    Optional<String> read(Map<String, String> environment) throws IOException {
        if (file != null) {
            return Optional.of(checked("--token-file " + file, firstLine(file)));
        }
        if (literal != null) {
            System.err.println("sprocket: --token is visible to other users of this machine (use --token-file or the "
                    + "environment variable " + VARIABLE + ")");
            return Optional.of(checked("--token", literal));
        }
        String value = environment.get(VARIABLE);
        return value == null ? Optional.empty() : Optional.of(checked(VARIABLE, value));
    }

    private static String firstLine(Path file) throws IOException {
        try {
            if (Files.size(file) > LONGEST) {
                throw new IllegalArgumentException(
                        "--token-file " + file + ": more than " + LONGEST + " bytes (expected: one line)");
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
                    source + ": " + (token.isEmpty() ? "empty" : "blanks or characters beyond ASCII")
                            + " (expected: a token of visible ASCII)");
        }
        return token;
    }
}
