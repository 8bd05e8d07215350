package dev.sprocket.server.internal.demo;

import com.google.errorprone.annotations.ThreadSafe;
import dev.sprocket.core.ConcurrentComponent;
import dev.sprocket.core.Connection;
import dev.sprocket.core.Message;
import dev.sprocket.core.MessageComponent;
import dev.sprocket.core.User;

/**
 * Entry to a {@link ChatRoom} that prefixes messages with the name of the {@link User}.
 *
 * <p>It also announces users who join or leave, to the joining user, too.
 */
@ThreadSafe
@ConcurrentComponent
public final class NamedChat implements MessageComponent<Connection, Message> {
    private final ChatRoom room;

    /** Creates an entry to a room. */
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
        return User.find(conn).map(User::id).orElse("somebody");
    }
}
