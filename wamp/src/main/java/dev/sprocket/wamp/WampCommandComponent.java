package dev.sprocket.wamp;

import dev.sprocket.core.Command;
import dev.sprocket.core.CommandHandler;
import dev.sprocket.pubsub.Audience;
import dev.sprocket.pubsub.Event;
import dev.sprocket.pubsub.Topic;

/**
 * An application under WAMP in the command style: a {@link WampComponent} whose callbacks return what should happen.
 *
 * <pre>{@code
 * new WampServer(new WampCommandAdapter(new Blog()))
 * }</pre>
 *
 * <p>Threads: as {@link CommandHandler}.
 */
public interface WampCommandComponent extends CommandHandler<WampConnection> {
    /** As {@link WampComponent#onCall}; the answer is a {@link WampCommand.CallResult} or {@link WampCommand.CallError}. */
    default Command onCall(WampConnection conn, Call call) throws Exception {
        return Command.Run.of(call::noSuchProcedure);
    }

    /** As {@link WampComponent#onSubscribe}. */
    default Command onSubscribe(WampConnection conn, Topic topic) throws Exception {
        return Command.NONE;
    }

    /** As {@link WampComponent#onUnsubscribe}; not called for what a connection leaves that a command closed. */
    default Command onUnsubscribe(WampConnection conn, Topic topic) throws Exception {
        return Command.NONE;
    }

    /** As {@link WampComponent#onPublish}; what reaches the others is a {@link WampCommand.Broadcast}. */
    default Command onPublish(WampConnection conn, Topic topic, Event event, Audience audience) throws Exception {
        throw CallException.publishNotSupported(topic.id());
    }
}
