package dev.sprocket.legacy.internal.plugin;

import com.google.inject.Module;
import com.google.inject.multibindings.Multibinder;
import dev.sprocket.core.Connection;
import dev.sprocket.legacy.flash.FlashPolicy;
import dev.sprocket.legacy.websocket.OldDrafts;
import dev.sprocket.plugin.ComponentFactory;
import dev.sprocket.plugin.Factory;
import dev.sprocket.plugin.Plugin;
import dev.sprocket.plugin.StackType;
import dev.sprocket.plugin.config.Option;
import dev.sprocket.websocket.WebSocketVersion;

/**
 * Plugin with the component {@code flash-policy} and the versions for {@code legacy-drafts} of {@code ws}.
 *
 * <p>Not thread-safe.
 */
public final class LegacyPlugin implements Plugin {
    private static final Option<String> DOMAIN = Option.string(
            "domain",
            "*",
            "Domain of the pages that may connect: one host, *.example.com for subdomains, or * for all");
    private static final Option<String> PORTS =
            Option.string("ports", "*", "Ports to which they may connect, such as 80,8000-8010, or * for all");

    @Override
    public String name() {
        return "legacy";
    }

    @Override
    public Module module() {
        return binder -> {
            Multibinder.newSetBinder(binder, ComponentFactory.class)
                    .addBinding()
                    .toInstance(Factory.named(
                                    "flash-policy", "Serves the policy file that Flash requests before it connects")
                            .requires(StackType.messages(Connection.class))
                            .options(DOMAIN, PORTS)
                            .component(settings -> new FlashPolicy().allow(settings.get(DOMAIN), settings.get(PORTS))));
            var versions = Multibinder.newSetBinder(binder, WebSocketVersion.class);
            OldDrafts.ALL.forEach(version -> versions.addBinding().toInstance(version));
        };
    }
}
