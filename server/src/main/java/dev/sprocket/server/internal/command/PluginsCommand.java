package dev.sprocket.server.internal.command;

import dev.sprocket.core.internal.text.SafeText;
import dev.sprocket.plugin.internal.registry.LoadedPlugin;
import dev.sprocket.plugin.internal.registry.Plugins;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Command {@code sprocket plugins}. */
@Command(
        name = "plugins",
        description = "Lists the installed plugins with version and jar.",
        mixinStandardHelpOptions = true,
        versionProvider = Version.class,
        showDefaultValues = true)
public final class PluginsCommand implements Callable<Integer> {
    @Option(names = "--directory", paramLabel = "DIR", description = "directory with plugin jars")
    private Path directory = Path.of("plugins");

    @Override
    public Integer call() {
        Plugins plugins = Plugins.discover().andDirectory(directory);
        // reports incompatible plugins here, not only when a server starts
        var unused = ConfigCommand.reference(plugins);
        for (LoadedPlugin found : plugins.all()) {
            System.out.printf(
                    "%-16s %-16s %s%n",
                    SafeText.escape(found.plugin().name()),
                    SafeText.escape(found.plugin().version()),
                    SafeText.escape(String.valueOf(found.source())));
        }
        return 0;
    }
}
