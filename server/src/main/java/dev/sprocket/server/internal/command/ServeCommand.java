package dev.sprocket.server.internal.command;

import dev.sprocket.config.ConfiguredServer;
import dev.sprocket.core.internal.log.PeerLog;
import dev.sprocket.core.internal.net.AddressText;
import dev.sprocket.core.internal.transport.ShutdownCounts;
import dev.sprocket.plugin.config.ConfigurationException;
import dev.sprocket.server.internal.log.LogConfigurator;
import dev.sprocket.server.internal.log.QueuedAppender;
import io.netty.util.internal.PlatformDependent;
import java.io.IOException;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import sun.misc.Signal;

/** Command {@code sprocket serve}. */
@Command(
        name = "serve",
        description =
                "Runs the server of a configuration file until Ctrl-C or SIGTERM. SIGHUP reloads the file: routes, "
                        + "limits, filters and certificates change without dropping connections.",
        mixinStandardHelpOptions = true,
        versionProvider = Version.class)
public final class ServeCommand implements Callable<Integer> {
    private static final Logger LOG = LoggerFactory.getLogger(ServeCommand.class);

    /** Held while the server starts. */
    private final ReentrantLock starting = new ReentrantLock();

    @Mixin
    private FileOption config = new FileOption();

    @Override
    public Integer call() throws IOException {
        SystemdNotifier systemd = SystemdNotifier.ofEnvironment();
        LogConfigurator.hold();
        ConfiguredServer server = config.server();
        LogConfigurator.apply(server.logFormat(), server.logLevels());
        logStart();
        warn(server);
        Thread stop = new Thread(
                () -> {
                    awaitStart();
                    systemd.stopping();
                    stop(server);
                    QueuedAppender.flushAll();
                    // exit code 0 after a graceful shutdown, instead of 130 or 143
                    Runtime.getRuntime().halt(0);
                },
                "sprocket-stop");
        Runtime.getRuntime().addShutdownHook(stop);
        Signal.handle(new Signal("HUP"), signal -> {
            awaitStart();
            systemd.reloading();
            reload(server);
            systemd.ready();
        });
        start(server, stop);
        if (Terminal.isTerminal()) {
            print(server);
        }
        IdleCollector.start();
        systemd.ready();
        server.join();
        return 0;
    }

    /** Starts the server. Signals are handled afterwards. */
    private void start(ConfiguredServer server, Thread stop) throws IOException {
        starting.lock();
        try {
            server.start();
        } catch (IOException | RuntimeException e) {
            Runtime.getRuntime().removeShutdownHook(stop);
            throw e;
        } finally {
            starting.unlock();
        }
    }

    private void awaitStart() {
        starting.lock();
        starting.unlock();
    }

    private void logStart() {
        LOG.info(
                "sprocket starting: version={} java=\"{}\" pid={} heapBytes={} directBytes={} file={}",
                Version.own(),
                Runtime.version() + ", " + System.getProperty("java.vendor"),
                ProcessHandle.current().pid(),
                Runtime.getRuntime().maxMemory(),
                PlatformDependent.maxDirectMemory(),
                config.file());
    }

    /** Prints the stacks and addresses, for people. */
    private static void print(ConfiguredServer server) {
        System.out.println(server.explain());
        server.names()
                .forEach(name -> System.out.println(name + " listens on "
                        + server.addresses(name).stream().map(AddressText::of).collect(Collectors.joining(" and "))));
        System.out.println("Sprocket is ready.");
    }

    private static void stop(ConfiguredServer server) {
        long start = System.nanoTime();
        LOG.info(
                "server stopping, clients are told: deadlineMs={}",
                server.shutdownTimeout().toMillis());
        server.close(server.shutdownTimeout());
        // the counts of repeated lines precede the last line
        PeerLog.flush();
        LOG.info(
                "server stopped: told={} aborted={} durationMs={}",
                ShutdownCounts.told(),
                ShutdownCounts.aborted(),
                TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - start));
    }

    private static void warn(ConfiguredServer server) {
        server.warnings().forEach(warning -> LOG.warn("configuration warning: warning=\"{}\"", warning));
    }

    private void reload(ConfiguredServer server) {
        try {
            server.reload()
                    .forEach(later ->
                            LOG.warn("configuration change not applied: change=\"{}\" (restart the server)", later));
            LogConfigurator.apply(server.logFormat(), server.logLevels());
            warn(server);
        } catch (ConfigurationException e) {
            e.errors().forEach(ServeCommand::logFailure);
        } catch (IOException | RuntimeException e) {
            logFailure(String.valueOf(e.getMessage()));
        }
    }

    private static void logFailure(String error) {
        LOG.error("configuration not reloaded: error=\"{}\" (the previous one stays in effect)", error);
    }
}
