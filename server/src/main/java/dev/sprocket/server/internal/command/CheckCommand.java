package dev.sprocket.server.internal.command;

import dev.sprocket.config.ConfiguredServer;
import dev.sprocket.core.internal.text.SafeText;
import dev.sprocket.plugin.config.ConfigurationException;
import dev.sprocket.pubsub.Topics;
import dev.sprocket.pubsub.access.AccessExplanation;
import dev.sprocket.pubsub.access.AccessRequest;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Command {@code sprocket check}. */
@Command(
        name = "check",
        description = {
            "Reports every error in a configuration file, with line numbers. Warnings report settings that are valid "
                    + "but probably unintended, such as a key without effect or a short secret.",
            "The exit code is 1 after an error; warnings change it only with --strict.",
            "",
            "With --who it says whether a peer may subscribe, publish, call or register, and which line of the file "
                    + "decides. The exit code is 0 for allow, 1 for deny."
        },
        footer = {
            "",
            "Examples:",
            "  sprocket check site.conf",
            "  sprocket check --connect site.conf",
            "  sprocket check -c site.conf --who anonymous subscribe news",
            "  sprocket check -c site.conf --who user:ann,role:editor publish news.sport"
        },
        mixinStandardHelpOptions = true,
        versionProvider = Version.class)
public final class CheckCommand implements Callable<Integer> {
    private static final String EXACT = "exact";
    /** Time limit of each step of a connection. */
    private static final Duration CONNECT_LIMIT = Duration.ofSeconds(10);

    @Mixin
    private FileOption config = new FileOption();

    @Option(names = "--strict", description = "exit code 1 after a warning, too")
    private boolean strict;

    @Option(
            names = "--connect",
            description = "connect to the engine, too: its version and settings, the running servers, and whether"
                    + " messages come back")
    private boolean connect;

    @Option(
            names = "--who",
            paramLabel = "WHO",
            description = "anonymous, user:NAME, role:NAME, user:NAME,role:NAME or backend")
    private @Nullable String who;

    @Option(names = "--realm", paramLabel = "REALM", description = "realm, if it has private topics")
    private @Nullable String realm;

    @Option(
            names = "--match",
            paramLabel = "POLICY",
            description = "NAME is a pattern of WAMP: prefix or wildcard; default: exact")
    private String match = EXACT;

    @Parameters(
            index = "0",
            arity = "0..1",
            paramLabel = "ACTION",
            description = "subscribe, publish, call or register; without --who: the configuration file")
    private @Nullable String action;

    @Parameters(index = "1", arity = "0..1", paramLabel = "NAME", description = "topic or procedure")
    private @Nullable String name;

    @CommandLine.Spec
    private CommandLine.Model.@Nullable CommandSpec spec;

    @Override
    public Integer call() {
        String peer = who;
        if (peer != null) {
            return explain(peer);
        }
        if (action != null && name == null && !config.isSet()) {
            config.set(Path.of(action));
            action = null;
        }
        if (action != null || realm != null || !match.equals(EXACT)) {
            throw usage("ACTION, NAME, --realm and --match need --who (such as --who anonymous subscribe news)");
        }
        List<String> warnings = new ArrayList<>();
        try {
            ConfiguredServer server = config.server();
            warnings.addAll(server.warnings());
            print(warnings);
            if (connect) {
                List<String> ofConnections = server.checkConnections(
                        CONNECT_LIMIT, fact -> Terminal.print(System.out, SafeText.escape(fact)));
                print(ofConnections);
                warnings.addAll(ofConnections);
            }
        } catch (ConfigurationException e) {
            print(e.warnings());
            throw e;
        }
        boolean accepted = warnings.isEmpty() || !strict;
        Terminal.print(
                System.out,
                config.file() + ": " + (accepted ? "valid" : "rejected by --strict")
                        + (warnings.isEmpty() ? "" : " (warnings: " + warnings.size() + ")"));
        return accepted ? 0 : 1;
    }

    /** Prints whether a peer is allowed an action, and the line that decides. */
    private int explain(String peer) {
        if (action == null || name == null) {
            throw usage("--who needs ACTION and NAME (such as --who anonymous subscribe news)");
        }
        if (Topics.isReserved(name)) {
            throw usage("NAME: " + name + " belongs to the server, and no rule of a file decides about it (see the key"
                    + " meta-api)");
        }
        AccessRequest request;
        try {
            request =
                    new WhoOption(peer).request(WhoOption.action(action), name).match(WhoOption.match(match));
        } catch (IllegalArgumentException e) {
            throw usage(String.valueOf(e.getMessage()));
        }
        ConfiguredServer server = config.server();
        AccessExplanation explanation = (realm == null ? server.policy() : server.policy(realm)).explain(request);
        Terminal.print(
                System.out,
                SafeText.escape((explanation.isAllowed() ? "allow: " : "deny: ")
                        + explanation
                        + explanation
                                .suggestion()
                                .map(line -> " (write " + line + ")")
                                .orElse("")));
        return explanation.isAllowed() ? 0 : 1;
    }

    private RuntimeException usage(String message) {
        return spec == null
                ? new IllegalArgumentException(message)
                : new CommandLine.ParameterException(spec.commandLine(), message);
    }

    private static void print(List<String> warnings) {
        warnings.forEach(warning -> Terminal.print(System.out, "warning: " + SafeText.escape(warning)));
        System.out.flush();
    }
}
