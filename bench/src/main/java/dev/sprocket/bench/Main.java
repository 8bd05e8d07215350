package dev.sprocket.bench;

import dev.sprocket.bench.command.ChurnCommand;
import dev.sprocket.bench.command.DeflateCommand;
import dev.sprocket.bench.command.EchoCommand;
import dev.sprocket.bench.command.FanoutCommand;
import dev.sprocket.bench.command.HandshakesCommand;
import dev.sprocket.bench.command.IdleCommand;
import dev.sprocket.bench.command.JmhCommand;
import dev.sprocket.bench.command.NodesCommand;
import dev.sprocket.bench.command.RecoveryCommand;
import dev.sprocket.bench.command.RpcCommand;
import dev.sprocket.bench.command.ServeCommand;
import dev.sprocket.bench.command.StartCommand;
import dev.sprocket.bench.command.StuckCommand;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;

/** Command line of {@code ./sprocket-bench}. Confined to the main thread. */
@Command(
        name = "sprocket-bench",
        description = "Benchmarks Sprocket, alone or against other servers.",
        mixinStandardHelpOptions = true,
        subcommands = {
            EchoCommand.class,
            FanoutCommand.class,
            RpcCommand.class,
            IdleCommand.class,
            ChurnCommand.class,
            HandshakesCommand.class,
            DeflateCommand.class,
            RecoveryCommand.class,
            StuckCommand.class,
            StartCommand.class,
            NodesCommand.class,
            ServeCommand.class
        },
        synopsisSubcommandLabel = "COMMAND")
public final class Main implements Runnable {
    @CommandLine.Spec
    private CommandLine.Model.@Nullable CommandSpec spec;

    /** Runs a command and exits with its status. */
    public static void main(String[] args) {
        System.exit(commandLine().execute(args));
    }

    static CommandLine commandLine() {
        CommandLine line = new CommandLine(new Main());
        line.setUsageHelpWidth(80);
        line.setCaseInsensitiveEnumValuesAllowed(true);
        line.addSubcommand(new CommandLine(new JmhCommand()).setUnmatchedOptionsArePositionalParams(true));
        line.setExecutionExceptionHandler((e, command, parsed) -> {
            command.getErr().println("sprocket-bench: " + e.getMessage());
            return 1;
        });
        return line;
    }

    /** Prints the usage if no command is given. */
    @Override
    public void run() {
        if (spec != null) {
            spec.commandLine().usage(spec.commandLine().getOut());
        }
    }
}
