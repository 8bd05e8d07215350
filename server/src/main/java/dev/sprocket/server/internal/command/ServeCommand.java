package dev.sprocket.server.internal.command;

import dev.sprocket.config.ConfiguredServer;
import dev.sprocket.core.internal.net.AddressText;
import dev.sprocket.plugin.config.ConfigurationException;
import dev.sprocket.server.internal.log.QueuedAppender;
import java.io.IOException;
import java.util.concurrent.Callable;
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

    @Mixin
    private FileOption config = new FileOption();

    @Override
    public Integer call() throws IOException {
        SystemdNotifier systemd = SystemdNotifier.ofEnvironment();
        ConfiguredServer server = config.server();
        warn(server);
        server.start();
        Runtime.getRuntime()
                .addShutdownHook(new Thread(
                        () -> {
                            systemd.stopping();
                            server.close(server.shutdownTimeout());
                            QueuedAppender.flushAll();
                            // exit code 0 after a graceful shutdown, instead of 130 or 143
                            Runtime.getRuntime().halt(0);
                        },
                        "sprocket-stop"));
        Signal.handle(new Signal("HUP"), signal -> {
            systemd.reloading();
            reload(server);
            systemd.ready();
        });
        System.out.println(server.explain());
        server.names()
                .forEach(name -> System.out.println(name + " listens on "
                        + server.addresses(name).stream().map(AddressText::of).collect(Collectors.joining(" and "))));
        System.out.println("Sprocket is ready.");
        IdleCollector.start();
        systemd.ready();
        server.join();
        return 0;
    }

    private static void warn(ConfiguredServer server) {
        server.warnings().forEach(warning -> LOG.warn("{}", warning));
    }

    private void reload(ConfiguredServer server) {
        try {
            server.reload()
                    .forEach(later -> LOG.warn("configuration change not applied: {} (restart the server)", later));
            warn(server);
            LOG.info("configuration reloaded: file={}", config.file());
        } catch (ConfigurationException e) {
            e.errors().forEach(ServeCommand::logFailure);
        } catch (IOException | RuntimeException e) {
            logFailure(String.valueOf(e.getMessage()));
        }
    }

    private static void logFailure(String error) {
        LOG.error("configuration not reloaded: {} (the previous one stays in effect)", error);
    }
}
