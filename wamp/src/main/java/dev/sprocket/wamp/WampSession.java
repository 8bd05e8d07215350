package dev.sprocket.wamp;

import dev.sprocket.core.Facts;
import dev.sprocket.core.Message;
import dev.sprocket.core.spi.Failing;
import dev.sprocket.core.spi.JsonException;
import dev.sprocket.core.spi.Level;
import dev.sprocket.core.spi.StackedConnection;
import dev.sprocket.pubsub.Event;
import dev.sprocket.pubsub.Subscriber;
import dev.sprocket.pubsub.Topic;
import dev.sprocket.pubsub.Topics;
import dev.sprocket.websocket.WsConnection;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The level of {@link WampServer}: one for each connection, which it also is. */
final class WampSession implements WampConnection, Failing, StackedConnection {
    private static final Logger LOG = LoggerFactory.getLogger(WampServer.class);
    private static final SecureRandom RANDOM = new SecureRandom();
    private static final String SERVER = "Sprocket/" + Version.OWN;

    private final WampComponent app;
    private final WsConnection below;
    private final Topics topics;
    private final WampOptions options;
    private final String sessionId = newId();
    private final Facts facts;
    private final Level<WampConnection> level;
    private final Subscriber subscriber;
    private Map<String, String> prefixes = Map.of();

    WampSession(WampComponent app, WsConnection below, Topics topics, WampOptions options) {
        this.app = app;
        this.below = below;
        this.topics = topics;
        this.options = options;
        this.facts = new Facts(below.facts());
        this.level = new Level<>(app, this);
        this.subscriber = Subscriber.of(sessionId, this, V1.EVENT);
    }

    private static String newId() {
        byte[] bytes = new byte[16];
        RANDOM.nextBytes(bytes);
        return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
    }

    void open() {
        below.send(V1.welcome(sessionId, SERVER));
        level.open();
    }

    void receive(Message message) {
        try {
            if (message.isBinary()) {
                throw new ProtocolError("binary message (expected: text)");
            }
            V1Reader.read(message.content(), sessionId, this::handle);
        } catch (JsonException | ProtocolError e) {
            LOG.info("{} closed with 1007: WAMP: {}", this, e.getMessage());
            close(1007, String.valueOf(e.getMessage()));
        }
    }

    private void handle(ClientMessage message) {
        if (message instanceof ClientMessage.Prefix m) {
            define(m.prefix(), m.uri());
        } else if (message instanceof ClientMessage.Subscribe m) {
            subscribe(topic(m.topic()));
        } else if (message instanceof ClientMessage.Unsubscribe m) {
            Topic topic = topic(m.topic());
            if (topic.unsubscribe(subscriber)) {
                level.run(conn -> app.onUnsubscribe(conn, topic));
            }
        } else if (message instanceof ClientMessage.Publish m) {
            Topic topic = topic(m.topic());
            level.run(conn -> app.onPublish(conn, topic, m.event(), m.audience()));
        } else if (message instanceof ClientMessage.Invoke m) {
            call(m);
        }
    }

    private void define(String prefix, String uri) {
        if (prefixes.isEmpty()) {
            prefixes = new HashMap<>();
        }
        prefixes.put(prefix, uri);
        if (prefixes.size() > options.prefixes()) {
            tooMany("prefixes", options.prefixes());
        }
    }

    private void subscribe(Topic topic) {
        if (!topic.has(subscriber) && subscriber.size() >= options.subscriptions()) {
            tooMany("subscriptions", options.subscriptions());
        } else if (topic.subscribe(subscriber)) {
            level.run(conn -> app.onSubscribe(conn, topic));
        }
    }

    private void tooMany(String what, int limit) {
        LOG.info("{} closed with 1008: WAMP: more than {} {}", this, limit, what);
        close(1008, "more than " + limit + " " + what);
    }

    private void call(ClientMessage.Invoke m) {
        String procedure = options.curies().expand(m.procedure(), prefixes);
        Call call = new Call(procedure, m.arguments(), new Reply(this, m.callId()));
        level.run(conn -> {
            try {
                app.onCall(conn, call);
            } catch (Throwable failure) {
                call.error("wamp.error.internal", "the procedure failed");
                throw failure;
            }
        });
    }

    private Topic topic(String uriOrCurie) {
        try {
            return topics.topic(options.curies().expand(uriOrCurie, prefixes));
        } catch (IllegalArgumentException e) {
            throw new ProtocolError(String.valueOf(e.getMessage()));
        }
    }

    void fail(Throwable cause) {
        level.fail(cause);
    }

    void end() {
        if (!options.silentDisconnect()) {
            for (Topic topic : subscriber.unsubscribeAll()) {
                level.runAtEnd(conn -> app.onUnsubscribe(conn, topic));
            }
        }
        level.close();
        subscriber.unsubscribeAll();
    }

    /** How the answer of a call gets to this connection. */
    private record Reply(WampSession to, String callId) implements Call.Reply {
        @Override
        public boolean result(@Nullable Object data) {
            return to.send(V1.callResult(callId, data));
        }

        @Override
        public boolean error(String uri, String description, @Nullable Object details) {
            return to.send(V1.callError(callId, uri, description, details));
        }
    }

    @Override
    public String sessionId() {
        return sessionId;
    }

    @Override
    public Collection<Topic> subscriptions() {
        return subscriber.topics();
    }

    @Override
    public boolean event(String topic, Event event) {
        Message message = V1.event(topic, event, io.netty.buffer.ByteBufAllocator.DEFAULT);
        try {
            return below.send(message);
        } finally {
            message.content().release();
        }
    }

    @Override
    public boolean prefix(String prefix, String uri) {
        return below.send(V1.prefix(prefix, uri));
    }

    /** Sends a message that is none of WAMP's; the client must know what to do with it. */
    @Override
    public boolean send(Message message) {
        return below.send(message);
    }

    @Override
    public void close() {
        below.close();
    }

    @Override
    public void closeFailed(Throwable cause) {
        Failing.close(below, cause);
    }

    @Override
    public void close(int code, String reason) {
        below.close(code, reason);
    }

    @Override
    public boolean isOpen() {
        return below.isOpen();
    }

    @Override
    public WsConnection below() {
        return below;
    }

    @Override
    public Facts facts() {
        return facts;
    }

    @Override
    public String toString() {
        return below.toString();
    }
}
