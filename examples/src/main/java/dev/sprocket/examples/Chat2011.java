package dev.sprocket.examples;

import dev.sprocket.app.App;
import dev.sprocket.core.Connection;
import dev.sprocket.core.Message;
import dev.sprocket.legacy.command.Command;
import dev.sprocket.legacy.command.CommandAdapter;
import dev.sprocket.legacy.command.CommandComponent;
import java.util.HashSet;
import java.util.Set;

/**
 * Chat in the style of the first Ratchet (2011).
 *
 * <p>Callbacks have no side effects on connections; they return commands that the server executes.
 */
public final class Chat2011 implements CommandComponent<Connection, Message> {
    private final Set<Connection> clients = new HashSet<>();

    @Override
    public Command onOpen(Connection conn) {
        clients.add(conn);
        return Command.NONE;
    }

    @Override
    public Command onMessage(Connection from, Message message) {
        return new Command.All(clients.stream()
                .filter(client -> client != from)
                .<Command>map(client -> new Command.Send(client, message))
                .toList());
    }

    @Override
    public Command onClose(Connection conn) {
        clients.remove(conn);
        return Command.NONE;
    }

    @Override
    public Command onError(Connection conn, Throwable cause) {
        return new Command.Close(conn);
    }

    public static void main(String[] args) throws Exception {
        App.listen(8080).route("/chat", new CommandAdapter<>(new Chat2011())).run();
    }
}
