package dev.sprocket.server.internal.command;

import com.google.inject.Injector;
import dev.sprocket.app.internal.schema.ConfigReference;
import dev.sprocket.core.io.EventLoops;
import dev.sprocket.plugin.internal.registry.FactoryRegistry;
import dev.sprocket.plugin.internal.registry.Plugins;
import dev.sprocket.pubsub.Topics;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;

/** Command {@code sprocket config}. */
@Command(
        name = "config",
        description = "Prints every configuration key with its default and description.",
        mixinStandardHelpOptions = true,
        versionProvider = Version.class)
public final class ConfigCommand implements Callable<Integer> {
    static String reference(Plugins plugins) {
        Injector injector = plugins.injector(binder -> {
            binder.bind(EventLoops.class).toInstance(EventLoops.single());
            binder.bind(Topics.class).toInstance(new Topics());
        });
        return ConfigReference.of(injector.getInstance(FactoryRegistry.class));
    }

    @Override
    public Integer call() {
        System.out.print(reference(Plugins.discover()));
        return 0;
    }
}
