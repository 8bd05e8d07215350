package dev.sprocket.legacy.command;

import dev.sprocket.pubsub.Audience;
import dev.sprocket.pubsub.Event;
import dev.sprocket.pubsub.Topic;
import dev.sprocket.wamp.Call;
import dev.sprocket.wamp.WampComponent;
import dev.sprocket.wamp.WampConnection;

/**
 * WAMP application in the command style: its callbacks return commands.
 *
 * <p>Each callback corresponds to one of {@link WampComponent}, and follows the rules of {@link Command.Handler}.
 *
 * <pre>{@code
 * WampServer server = new WampServer(CommandAdapter.wamp(new Blog()));
 * }</pre>
 */
public interface WampCommandComponent extends Command.Handler<WampConnection> {
    /**
     * Called when a client calls a procedure.
     *
     * <p>Answer with a {@link WampCommand.CallResult} or {@link WampCommand.CallError}. By default the call is
     * answered with {@code wamp.error.no_such_procedure}.
     */
    default Command onCall(WampConnection conn, Call call) throws Exception {
        return new Command.Run(() -> {
            WampCommandAdapter.DEFAULTS.onCall(conn, call);
            return Command.NONE;
        });
    }

    /** Called when a connection has subscribed to a topic. */
    default Command onSubscribe(WampConnection conn, Topic topic) throws Exception {
        return Command.NONE;
    }

    /**
     * Called when a connection has left a topic.
     *
     * <p>Not called for the topics of a connection that was closed by a command.
     */
    default Command onUnsubscribe(WampConnection conn, Topic topic) throws Exception {
        return Command.NONE;
    }

    /**
     * Called when a connection wants to publish an event.
     *
     * <p>Return a {@link WampCommand.Broadcast} to send the event to the subscribers. By default every event is
     * refused.
     */
    default Command onPublish(WampConnection conn, Topic topic, Event event, Audience audience) throws Exception {
        WampCommandAdapter.DEFAULTS.onPublish(conn, topic, event, audience);
        return Command.NONE;
    }
}
