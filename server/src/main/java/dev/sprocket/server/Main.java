package dev.sprocket.server;

import dev.sprocket.core.spi.PeerLog;
import dev.sprocket.core.spi.SafeText;
import dev.sprocket.plugin.ConfigurationException;
import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.List;
import picocli.AutoComplete;
import picocli.CommandLine;
import picocli.CommandLine.Command;

/** The command line. Confined to the main thread. */
@Command(
        name = "sprocket",
        description = "Realtime servers built like Lego: WebSocket, WAMP, and bridges for existing sites.",
        mixinStandardHelpOptions = true,
        versionProvider = Version.class,
        subcommands = {
            DemoCommand.class,
            ServeCommand.class,
            CheckCommand.class,
            ExplainCommand.class,
            ConfigCommand.class,
            PluginsCommand.class,
            PushCommand.class,
            ListenCommand.class,
            AutoComplete.GenerateCompletion.class
        },
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {
            "0:it did what was asked, or was stopped by a signal",
            "1:it could not start, for the reason given",
            "2:the command line is wrong"
        },
        synopsisSubcommandLabel = "COMMAND")
public final class Main implements Runnable {
    @CommandLine.Spec
    private CommandLine.Model.@org.jspecify.annotations.Nullable CommandSpec spec;

    /** Runs a command, and exits with its code. */
    public static void main(String[] args) {
        quiet();
        int code = commandLine().execute(args);
        flushLog();
        System.exit(code);
    }

    /** Has libraries use what newer JDKs allow without a warning; a property that is given stays. */
    private static void quiet() {
        // Guice makes classes by sun.misc.Unsafe (JEP 498); reflection costs only at the start
        if (System.getProperty("guice_bytecode_gen_option") == null) {
            System.setProperty("guice_bytecode_gen_option", "DISABLED");
        }
        // else Netty looks at network interfaces for the id of a channel, and warns where there are none
        if (System.getProperty("io.netty.machineId") == null) {
            System.setProperty("io.netty.machineId", machineId());
        }
    }

    private static String machineId() {
        byte[] id = new byte[8];
        new SecureRandom().nextBytes(id);
        return HexFormat.ofDelimiter(":").formatHex(id);
    }

    static CommandLine commandLine() {
        CommandLine line = new CommandLine(new Main());
        line.setUsageHelpWidth(80);
        line.setExecutionExceptionHandler((e, command, parsed) -> {
            // what led to it stands before it
            flushLog();
            List<String> problems = e instanceof ConfigurationException wrong
                    ? wrong.errors()
                    : List.of(e.getMessage() == null ? e.toString() : e.getMessage());
            problems.forEach(problem -> command.getErr().println("sprocket: " + SafeText.escape(problem)));
            command.getErr().flush();
            return 1;
        });
        return line;
    }

    /** Writes all log lines and counts of repetitions, as long as standard error is read. */
    static void flushLog() {
        PeerLog.flush();
        QueuedAppender.flushAll();
    }

    /** Without a command it shows what there is. */
    @Override
    public void run() {
        if (spec != null) {
            spec.commandLine().usage(spec.commandLine().getOut());
        }
    }
}
