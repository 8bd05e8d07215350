package dev.sprocket.comet.internal.plugin;

import com.google.inject.Module;
import com.google.inject.multibindings.Multibinder;
import dev.sprocket.comet.CometOptions;
import dev.sprocket.comet.CometServer;
import dev.sprocket.core.Connection;
import dev.sprocket.core.flow.OutboundLimit;
import dev.sprocket.http.HttpConnection;
import dev.sprocket.plugin.Factory;
import dev.sprocket.plugin.LayerFactory;
import dev.sprocket.plugin.Plugin;
import dev.sprocket.plugin.StackType;
import dev.sprocket.plugin.config.Option;
import java.time.Duration;

/** Plugin with the layer {@code comet}. Not thread-safe. */
public final class CometPlugin implements Plugin {
    private static final Option<Integer> MAX_CONNECTIONS = Option.number(
            "max-connections",
            CometOptions.DEFAULT.connections(),
            1,
            Integer.MAX_VALUE,
            "Maximum number of connections on all comet routes together; beyond it 503");
    private static final Option<Duration> RECONNECT_TIMEOUT = Option.duration(
            "reconnect-timeout",
            CometOptions.DEFAULT.grace(),
            "Maximum time without a request of the client; beyond it the connection is closed");
    private static final Option<Duration> POLL_TIMEOUT = Option.duration(
            "poll-timeout",
            CometOptions.DEFAULT.poll(),
            "Maximum duration of a poll; must be shorter than response-timeout of http");
    private static final Option<Duration> KEEP_ALIVE_INTERVAL = Option.duration(
            "keep-alive-interval", CometOptions.DEFAULT.keepAlive(), "Interval of comments in an idle stream");
    private static final Option<Integer> REPLAY_BUFFER = Option.size(
            "replay-buffer", CometOptions.DEFAULT.replay(), "Bytes that are sent again after a stream breaks off");
    private static final Option<Integer> OUTBOUND_LIMIT = Option.size(
            "outbound-limit",
            (int) CometOptions.DEFAULT.outbound().bytes(),
            "Maximum number of bytes pending for a client; beyond it see overflow");
    private static final Option<OutboundLimit.Overflow> OVERFLOW = Option.choice(
            "overflow",
            CometOptions.DEFAULT.outbound().overflow(),
            "Action beyond outbound-limit: close disconnects; drop-newest and drop-oldest lose"
                    + " messages; conflate is the same as drop-oldest");

    @Override
    public String name() {
        return "comet";
    }

    @Override
    public Module module() {
        return binder -> Multibinder.newSetBinder(binder, LayerFactory.class)
                .addBinding()
                .toInstance(factory());
    }

    /** Returns the factory; all instances share their connections, which survive a reload. */
    private static LayerFactory factory() {
        CometServer shared = new CometServer((from, message) -> {});
        return Factory.named("comet", "Serves clients without WebSocket: they receive by GET and send by POST")
                .requires(StackType.messages(HttpConnection.class))
                .provides(StackType.messages(Connection.class))
                .methods("GET", "POST", "DELETE")
                .options(
                        MAX_CONNECTIONS,
                        RECONNECT_TIMEOUT,
                        POLL_TIMEOUT,
                        KEEP_ALIVE_INTERVAL,
                        REPLAY_BUFFER,
                        OUTBOUND_LIMIT,
                        OVERFLOW)
                .layer((inner, settings) -> shared.app(LayerFactory.messages(inner))
                        .options(CometOptions.DEFAULT
                                .connections(settings.get(MAX_CONNECTIONS))
                                .grace(settings.get(RECONNECT_TIMEOUT))
                                .poll(settings.get(POLL_TIMEOUT))
                                .keepAlive(settings.get(KEEP_ALIVE_INTERVAL))
                                .replay(settings.get(REPLAY_BUFFER))
                                .outbound(new OutboundLimit(settings.get(OUTBOUND_LIMIT), settings.get(OVERFLOW)))));
    }
}
