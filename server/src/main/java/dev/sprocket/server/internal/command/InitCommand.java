package dev.sprocket.server.internal.command;

import dev.sprocket.plugin.config.ConfigErrors;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Command {@code sprocket init}. */
@Command(
        name = "init",
        description = "Writes a commented configuration file. Without KIND it lists the kinds.",
        mixinStandardHelpOptions = true,
        versionProvider = Version.class,
        footer = {"", "Kinds:", "  php   push for a PHP site", "  wamp  WAMP router", "  chat  chat"})
public final class InitCommand implements Callable<Integer> {
    /** Kind of configuration, with the commands to type next. */
    private enum Kind {
        PHP(
                "push for a PHP site: the site pushes over HTTP, its pages subscribe",
                "export PUSH_TOKEN=$(openssl rand -hex 16)",
                "sprocket check -c FILE",
                "sprocket serve -c FILE",
                "",
                "In two other terminals (the second with the same PUSH_TOKEN):",
                "",
                "sprocket listen ws://127.0.0.1:8080/ws news",
                "sprocket push news '{\"title\":\"hi\"}'"),
        WAMP(
                "WAMP router: clients publish, subscribe, call and register",
                "sprocket check -c FILE",
                "sprocket serve -c FILE",
                "",
                "In another terminal, or with any WAMP client in realm1:",
                "",
                "sprocket listen ws://127.0.0.1:8080/ws news"),
        CHAT(
                "chat: every message reaches all other connections",
                "sprocket check -c FILE",
                "sprocket serve -c FILE",
                "",
                "In two other terminals:",
                "",
                "telnet 127.0.0.1 8023");

        private final String summary;
        private final List<String> next;

        Kind(String summary, String... next) {
            this.summary = summary;
            this.next = List.of(next);
        }

        String label() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    @Parameters(index = "0", arity = "0..1", paramLabel = "KIND", description = "php, wamp or chat")
    private @Nullable String kind;

    @Option(
            names = {"-o", "--output"},
            paramLabel = "FILE",
            description = "file to write, which must not exist; default: site.conf")
    private Path file = Path.of("site.conf");

    @CommandLine.Spec
    private CommandLine.Model.@Nullable CommandSpec spec;

    @Override
    public Integer call() throws IOException {
        String name = kind;
        if (name == null) {
            for (Kind one : Kind.values()) {
                System.out.printf("%-5s %s%n", one.label(), one.summary);
            }
            System.out.println();
            System.out.println("Write one with: sprocket init KIND");
            return 0;
        }
        Kind selected = find(name).orElseThrow(() -> unknown(name));
        write(selected);
        System.out.println(file + " written. Continue with:");
        System.out.println();
        for (String line : selected.next) {
            boolean command = !line.isEmpty() && !line.endsWith(":");
            System.out.println((command ? "  " : "") + line.replace("FILE", file.toString()));
        }
        return 0;
    }

    private static Optional<Kind> find(String name) {
        return Arrays.stream(Kind.values())
                .filter(one -> one.label().equals(name))
                .findFirst();
    }

    private RuntimeException unknown(String name) {
        List<String> known = Arrays.stream(Kind.values()).map(Kind::label).toList();
        String message = "unknown kind: " + name + " " + ConfigErrors.suggestion(name, known);
        return spec == null
                ? new IllegalArgumentException(message)
                : new CommandLine.ParameterException(spec.commandLine(), message);
    }

    private void write(Kind selected) throws IOException {
        try {
            Files.writeString(
                    file,
                    template(selected.label()),
                    StandardCharsets.UTF_8,
                    StandardOpenOption.CREATE_NEW,
                    StandardOpenOption.WRITE);
        } catch (FileAlreadyExistsException e) {
            throw new IOException(file + " already exists (expected: a new file; select it with -o)", e);
        } catch (NoSuchFileException e) {
            throw new IOException(file + ": cannot be written: no such directory", e);
        }
    }

    private static String template(String name) throws IOException {
        try (InputStream in = InitCommand.class.getResourceAsStream("init/" + name + ".conf")) {
            if (in == null) {
                throw new IOException("template " + name + " is missing in the program");
            }
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        }
    }
}
