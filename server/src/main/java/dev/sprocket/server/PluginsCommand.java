package dev.sprocket.server;

import dev.sprocket.core.spi.SafeText;
import dev.sprocket.plugin.Plugins;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code sprocket plugins}. */
@Command(
        name = "plugins",
        description = "Lists the plugins that were found, and where.",
        mixinStandardHelpOptions = true,
        versionProvider = Version.class,
        showDefaultValues = true)
final class PluginsCommand implements Callable<Integer> {
    @Option(names = "--folder", paramLabel = "DIR", description = "whose jars are plugins")
    private Path folder = Path.of("plugins");

    @Override
    public Integer call() {
        Plugins plugins = Plugins.discover().andDirectory(folder);
        // what does not fit is told now, and not when a server starts
        ConfigCommand.reference(plugins);
        for (Plugins.LoadedPlugin found : plugins.all()) {
            System.out.printf(
                    "%-16s %-16s %s%n",
                    SafeText.escape(found.plugin().name()),
                    SafeText.escape(found.plugin().version()),
                    SafeText.escape(String.valueOf(found.source())));
        }
        return 0;
    }
}
