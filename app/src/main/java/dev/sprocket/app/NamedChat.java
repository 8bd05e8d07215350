package dev.sprocket.app;

import com.google.errorprone.annotations.ThreadSafe;
import dev.sprocket.core.ConcurrentComponent;
import dev.sprocket.core.Connection;
import dev.sprocket.core.Message;
import dev.sprocket.core.MessageComponent;
import dev.sprocket.http.User;

/**
 * A way into a {@link ChatRoom} where everybody has a name: that of the {@link User}. Who comes and who leaves is told,
 * to the one who comes as well.
 */
@ThreadSafe
@ConcurrentComponent
public final class NamedChat implements MessageComponent<Connection, Message> {
    private final ChatRoom room;

    /** Into this room. */
    public NamedChat(ChatRoom room) {
        this.room = room;
    }

    @Override
    public void onOpen(Connection conn) {
        room.onOpen(conn);
        room.broadcast("* " + name(conn) + " is here");
    }

    @Override
    public void onMessage(Connection from, Message message) {
        room.onMessage(from, Message.text(name(from) + ": " + message.text()));
    }

    @Override
    public void onClose(Connection conn) {
        room.onClose(conn);
        room.broadcast("* " + name(conn) + " has left");
    }

    private static String name(Connection conn) {
        return User.find(conn).map(User::name).orElse("somebody");
    }
}
