package dev.sprocket.legacy.command;

import dev.sprocket.pubsub.Audience;
import dev.sprocket.pubsub.Event;
import dev.sprocket.pubsub.Topic;
import dev.sprocket.wamp.Call;
import dev.sprocket.wamp.WampComponent;
import dev.sprocket.wamp.WampConnection;

/**
 * Runs a {@link WampCommandComponent} and executes the commands that its callbacks return.
 *
 * <p>Counterpart of {@link CommandAdapter} for WAMP. Callbacks run on the threads of the surrounding stack.
 */
final class WampCommandAdapter implements WampComponent {
    /** Component with the defaults of all callbacks. */
    static final WampComponent DEFAULTS = new WampComponent() {};

    private final WampCommandComponent app;
    private final CommandExecutor<WampConnection> executor;

    WampCommandAdapter(WampCommandComponent app) {
        this.app = app;
        this.executor = new CommandExecutor<>(app);
    }

    @Override
    public void onOpen(WampConnection conn) throws Exception {
        executor.open(conn);
    }

    @Override
    public void onCall(WampConnection conn, Call call) throws Exception {
        executor.call(conn, () -> app.onCall(conn, call));
    }

    @Override
    public void onSubscribe(WampConnection conn, Topic topic) throws Exception {
        executor.call(conn, () -> app.onSubscribe(conn, topic));
    }

    @Override
    public void onUnsubscribe(WampConnection conn, Topic topic) throws Exception {
        executor.call(conn, () -> app.onUnsubscribe(conn, topic));
    }

    @Override
    public void onPublish(WampConnection conn, Topic topic, Event event, Audience audience) throws Exception {
        executor.call(conn, () -> app.onPublish(conn, topic, event, audience));
    }

    @Override
    public void onError(WampConnection conn, Throwable cause) throws Exception {
        executor.fail(conn, cause);
    }

    @Override
    public void onClose(WampConnection conn) throws Exception {
        executor.close(conn);
    }
}
