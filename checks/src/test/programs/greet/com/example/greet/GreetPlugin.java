package com.example.greet;

import com.google.inject.Module;
import com.google.inject.multibindings.Multibinder;
import dev.sprocket.core.Connection;
import dev.sprocket.core.Message;
import dev.sprocket.core.MessageComponent;
import dev.sprocket.plugin.ComponentFactory;
import dev.sprocket.plugin.Factory;
import dev.sprocket.plugin.Plugin;
import dev.sprocket.plugin.StackType;
import dev.sprocket.plugin.config.Option;

/** Registers the component {@code greet}. */
public final class GreetPlugin implements Plugin {
    private static final Option<String> WORD = Option.string("word", "hello", "First word of each greeting");

    @Override
    public String name() {
        return "greet";
    }

    @Override
    public Module module() {
        return binder -> Multibinder.newSetBinder(binder, ComponentFactory.class)
                .addBinding()
                .toInstance(Factory.named("greet", "Greets whoever sends a name")
                        .requires(StackType.messages(Connection.class))
                        .options(WORD)
                        .component(settings -> greeter(settings.get(WORD))));
    }

    private static MessageComponent<Connection, Message> greeter(String word) {
        return (from, message) -> from.send(word + " " + message.text());
    }
}
