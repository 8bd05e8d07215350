package dev.sprocket.checks;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Test;

/** Every component that admits connections must pass the contract of components. */
@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
class GuardContractsTest {
    private static final Path ROOT = Path.of("..").toAbsolutePath().normalize();
    private static final Pattern GUARD =
            Pattern.compile("class (\\w+)(?:<[^{]*?>)?\\s+extends (?:Guard|HttpGuard|DeferredGuard)\\b(?!\\.)");

    private static List<String> sources(String kind) {
        try (Stream<Path> modules = Files.list(ROOT)) {
            List<String> texts = new ArrayList<>();
            for (Path folder : modules.map(module -> module.resolve("src/" + kind + "/java"))
                    .filter(Files::isDirectory)
                    .toList()) {
                try (Stream<Path> files = Files.walk(folder)) {
                    for (Path file : files.filter(path -> path.toString().endsWith(".java"))
                            .toList()) {
                        texts.add(Files.readString(file));
                    }
                }
            }
            return texts;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Test
    void every_guard_has_a_contract_test() {
        List<String> contracts = sources("test").stream()
                .filter(test -> test.contains("HttpGuardContract") || test.contains("ComponentContract"))
                .toList();
        List<String> guards = new ArrayList<>();
        for (String source : sources("main")) {
            Matcher declared = GUARD.matcher(source.replaceAll("(?s)/\\*\\*.*?\\*/", ""));
            while (declared.find()) {
                guards.add(declared.group(1));
            }
        }
        guards.remove("HttpGuard");

        assertThat(guards).contains("LoopbackClientsOnly", "OriginFilter", "SecretLineFilter", "Limiter");
        assertThat(guards).allSatisfy(guard -> assertThat(contracts)
                .as("contract test of " + guard)
                .anyMatch(test ->
                        Pattern.compile("\\b" + guard + "\\b").matcher(test).find()));
    }
}
