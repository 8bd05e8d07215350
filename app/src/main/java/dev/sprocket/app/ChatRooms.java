package dev.sprocket.app;

import com.google.errorprone.annotations.ThreadSafe;
import dev.sprocket.core.Component;
import dev.sprocket.plugin.Option;
import dev.sprocket.plugin.Settings;

/** Holder of the chat room that all chat routes of a server share. */
@ThreadSafe
final class ChatRooms {
    static final Option<Boolean> NAMES =
            Option.flag("names", false, "Prefix messages with the user's name, and announce users who join or leave");

    private final ChatRoom room = new ChatRoom();

    Component<?> room(Settings settings) {
        return settings.get(NAMES) ? new NamedChat(room) : room;
    }
}
