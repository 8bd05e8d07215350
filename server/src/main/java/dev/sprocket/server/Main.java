package dev.sprocket.server;

import dev.sprocket.plugin.ConfigurationException;
import picocli.AutoComplete;
import picocli.CommandLine;
import picocli.CommandLine.Command;

/** The command line. Threads: the main one. */
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
        System.exit(commandLine().execute(args));
    }

    static CommandLine commandLine() {
        CommandLine line = new CommandLine(new Main());
        line.setUsageHelpWidth(80);
        line.setExecutionExceptionHandler((e, command, parsed) -> {
            if (e instanceof ConfigurationException wrong) {
                wrong.problems().forEach(problem -> command.getErr().println("sprocket: " + problem));
            } else {
                command.getErr().println("sprocket: " + e.getMessage());
            }
            return 1;
        });
        return line;
    }

    /** Without a command it shows what there is. */
    @Override
    public void run() {
        if (spec != null) {
            spec.commandLine().usage(spec.commandLine().getOut());
        }
    }
}
