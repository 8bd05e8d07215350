package dev.sprocket.server;

import dev.sprocket.core.internal.text.SafeText;
import dev.sprocket.plugin.config.ConfigurationException;
import dev.sprocket.server.internal.command.CheckCommand;
import dev.sprocket.server.internal.command.ConfigCommand;
import dev.sprocket.server.internal.command.DemoCommand;
import dev.sprocket.server.internal.command.ExplainCommand;
import dev.sprocket.server.internal.command.InitCommand;
import dev.sprocket.server.internal.command.ListenCommand;
import dev.sprocket.server.internal.command.PluginsCommand;
import dev.sprocket.server.internal.command.PushCommand;
import dev.sprocket.server.internal.command.ServeCommand;
import dev.sprocket.server.internal.command.StatusCommand;
import dev.sprocket.server.internal.command.Terminal;
import dev.sprocket.server.internal.command.Version;
import dev.sprocket.server.internal.command.WarmUpCommand;
import dev.sprocket.server.internal.log.QueuedAppender;
import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.List;
import picocli.AutoComplete;
import picocli.CommandLine;
import picocli.CommandLine.Command;

/** Command line of Sprocket. Confined to the main thread. */
@Command(
        name = "sprocket",
        description = "Realtime server: WebSocket, WAMP and Server-Sent Events, with bridges for existing sites.",
        mixinStandardHelpOptions = true,
        versionProvider = Version.class,
        subcommands = {
            DemoCommand.class,
            InitCommand.class,
            ServeCommand.class,
            CheckCommand.class,
            ExplainCommand.class,
            ConfigCommand.class,
            PluginsCommand.class,
            PushCommand.class,
            ListenCommand.class,
            StatusCommand.class,
            WarmUpCommand.class,
            AutoComplete.GenerateCompletion.class
        },
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {
            "0:success, or stopped by a signal",
            "1:failure; the reason is printed",
            "2:invalid command line"
        },
        synopsisSubcommandLabel = "COMMAND")
public final class Main implements Runnable {
    @CommandLine.Spec
    private CommandLine.Model.@org.jspecify.annotations.Nullable CommandSpec spec;

    /** Runs a command and exits with its exit code. */
    public static void main(String[] args) {
        setQuietDefaults();
        int code = commandLine().execute(args);
        QueuedAppender.flushAll();
        System.exit(code);
    }

    /** Sets system properties that avoid warnings and work of libraries, unless already set. */
    private static void setQuietDefaults() {
        // Guice defines classes with sun.misc.Unsafe (JEP 498); reflection is slower only at startup
        if (System.getProperty("guice_bytecode_gen_option") == null) {
            System.setProperty("guice_bytecode_gen_option", "DISABLED");
        }
        // otherwise the first buffer starts the JDK's Flight Recorder, which takes 100 ms and 2 MB
        if (System.getProperty("io.netty.jfr.enabled") == null) {
            System.setProperty("io.netty.jfr.enabled", "false");
        }
        // otherwise Netty derives channel ids from network interfaces, and warns if there are none
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
            // log lines precede the error
            QueuedAppender.flushAll();
            List<String> errors = e instanceof ConfigurationException invalid
                    ? invalid.errors()
                    : List.of(e.getMessage() == null ? e.toString() : e.getMessage());
            errors.forEach(error -> Terminal.print(command.getErr(), "sprocket: " + SafeText.escape(error)));
            command.getErr().flush();
            return 1;
        });
        line.setParameterExceptionHandler((e, arguments) -> {
            CommandLine command = e.getCommandLine();
            Terminal.print(command.getErr(), "sprocket: " + SafeText.escape(String.valueOf(e.getMessage())));
            if (!CommandLine.UnmatchedArgumentException.printSuggestions(e, command.getErr())) {
                command.usage(command.getErr());
            }
            command.getErr().flush();
            return command.getCommandSpec().exitCodeOnInvalidInput();
        });
        return line;
    }

    /** Prints the usage when no command is given. */
    @Override
    public void run() {
        if (spec != null) {
            spec.commandLine().usage(spec.commandLine().getOut());
        }
    }
}
