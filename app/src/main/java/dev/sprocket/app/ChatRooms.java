package dev.sprocket.app;

import com.google.errorprone.annotations.ThreadSafe;
import dev.sprocket.core.Component;
import dev.sprocket.plugin.Option;
import dev.sprocket.plugin.Settings;

/** The chat room of a server: every route that leads to a chat leads to the same one. */
@ThreadSafe
final class ChatRooms {
    static final Option<Boolean> NAMES = Option.flag(
            "names", false, "whether messages begin with the name of the user who sends them, and who comes is told");

    private final ChatRoom room = new ChatRoom();

    Component<?> room(Settings settings) {
        return settings.get(NAMES) ? new NamedChat(room) : room;
    }
}
