package dev.sprocket.server.internal.command;

import com.google.inject.Injector;
import dev.sprocket.config.internal.schema.ConfigReference;
import dev.sprocket.config.internal.schema.MarkdownReference;
import dev.sprocket.core.io.EventLoops;
import dev.sprocket.plugin.internal.registry.FactoryRegistry;
import dev.sprocket.plugin.internal.registry.Plugins;
import dev.sprocket.pubsub.Topics;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Command {@code sprocket config}. */
@Command(
        name = "config",
        description = "Prints every configuration key with its default and description.",
        mixinStandardHelpOptions = true,
        versionProvider = Version.class)
public final class ConfigCommand implements Callable<Integer> {
    @Option(names = "--markdown", description = "Print a Markdown page instead of a configuration file.")
    private boolean markdown;

    private static FactoryRegistry factories(Plugins plugins) {
        Injector injector = plugins.injector(binder -> {
            binder.bind(EventLoops.class).toInstance(EventLoops.single());
            binder.bind(Topics.class).toInstance(new Topics());
        });
        return injector.getInstance(FactoryRegistry.class);
    }

    static String reference(Plugins plugins) {
        return ConfigReference.of(factories(plugins));
    }

    static String markdown(Plugins plugins) {
        return MarkdownReference.of(factories(plugins));
    }

    @Override
    public Integer call() {
        Plugins plugins = Plugins.discover();
        if (markdown) {
            // a page is UTF-8 in every locale
            new PrintStream(System.out, true, StandardCharsets.UTF_8).print(markdown(plugins));
        } else {
            System.out.print(reference(plugins));
        }
        return 0;
    }
}
