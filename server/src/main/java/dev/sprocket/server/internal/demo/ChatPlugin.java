package dev.sprocket.server.internal.demo;

import com.google.inject.Module;
import com.google.inject.multibindings.Multibinder;
import dev.sprocket.core.Connection;
import dev.sprocket.plugin.ComponentFactory;
import dev.sprocket.plugin.Factory;
import dev.sprocket.plugin.Plugin;
import dev.sprocket.plugin.StackType;
import dev.sprocket.plugin.config.Option;

/** Plugin with the component {@code chat}. Not thread-safe. */
public final class ChatPlugin implements Plugin {
    private static final Option<Boolean> NAMES =
            Option.flag("names", false, "Prefix messages with the user's name, and announce users who join or leave");

    @Override
    public String name() {
        return "chat";
    }

    @Override
    public Module module() {
        // all chat routes of a server share one room
        ChatRoom room = new ChatRoom();
        return binder -> Multibinder.newSetBinder(binder, ComponentFactory.class)
                .addBinding()
                .toInstance(Factory.named("chat", "Sends every message to all other connections")
                        .requires(StackType.messages(Connection.class))
                        .options(NAMES)
                        .component(settings -> settings.get(NAMES) ? new NamedChat(room) : room));
    }
}
