package dev.sprocket.app;

import com.google.errorprone.annotations.ThreadSafe;
import dev.sprocket.core.Component;
import dev.sprocket.plugin.config.Option;
import dev.sprocket.plugin.config.Settings;

/** Holder of the chat room that all chat routes of a server share. */
@ThreadSafe
public final class ChatRooms {
    public static final Option<Boolean> NAMES =
            Option.flag("names", false, "Prefix messages with the user's name, and announce users who join or leave");

    private final ChatRoom room = new ChatRoom();

    public Component<?> room(Settings settings) {
        return settings.get(NAMES) ? new NamedChat(room) : room;
    }
}
