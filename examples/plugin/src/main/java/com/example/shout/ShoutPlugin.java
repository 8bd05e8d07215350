package com.example.shout;

import com.google.inject.Module;
import com.google.inject.multibindings.Multibinder;
import dev.sprocket.core.Connection;
import dev.sprocket.plugin.BridgeFactory;
import dev.sprocket.plugin.ComponentFactory;
import dev.sprocket.plugin.Factory;
import dev.sprocket.plugin.LayerFactory;
import dev.sprocket.plugin.Plugin;
import dev.sprocket.plugin.StackType;
import dev.sprocket.plugin.config.Option;

/** Registers the layer {@code shout}, the component {@code counter} and the bridge {@code clock}. */
public final class ShoutPlugin implements Plugin {
    private static final StackType SOCKET = StackType.messages(Connection.class);
    private static final Option<String> MARK = Option.string("mark", "!", "Text appended to each message");

    @Override
    public String name() {
        return "shout";
    }

    @Override
    public Module module() {
        return binder -> {
            Multibinder.newSetBinder(binder, LayerFactory.class)
                    .addBinding()
                    .toInstance(Factory.named("shout", "converts incoming messages to upper case")
                            .requires(SOCKET)
                            .options(MARK)
                            .layer((inner, settings) -> new Shout(settings.get(MARK), LayerFactory.messages(inner))));
            Multibinder.newSetBinder(binder, ComponentFactory.class)
                    .addBinding()
                    .toInstance(Factory.named("counter", "echoes messages with a sequence number")
                            .requires(SOCKET)
                            .component(settings -> new Counter()));
            Multibinder.newSetBinder(binder, BridgeFactory.class).addBinding().to(Clock.Factory.class);
        };
    }
}
