package dev.sprocket.wamp.internal.v1;

import dev.sprocket.core.Attributes;
import dev.sprocket.core.CloseReason;
import dev.sprocket.core.Message;
import dev.sprocket.core.internal.json.JsonException;
import dev.sprocket.core.internal.log.PeerLog;
import dev.sprocket.core.internal.text.SafeText;
import dev.sprocket.core.spi.BorrowedMessages;
import dev.sprocket.core.spi.ComponentInvoker;
import dev.sprocket.core.spi.StackedConnection;
import dev.sprocket.pubsub.Event;
import dev.sprocket.pubsub.Subscriber;
import dev.sprocket.pubsub.Topic;
import dev.sprocket.pubsub.access.Action;
import dev.sprocket.wamp.CallException;
import dev.sprocket.wamp.RawWampComponent;
import dev.sprocket.wamp.WampConnection;
import dev.sprocket.wamp.internal.dealer.Caller;
import dev.sprocket.wamp.internal.dealer.PendingCall;
import dev.sprocket.wamp.internal.dealer.PendingCalls;
import dev.sprocket.wamp.internal.id.SessionId;
import dev.sprocket.wamp.internal.realm.RealmRouter;
import dev.sprocket.wamp.internal.session.MemoryUsage;
import dev.sprocket.wamp.internal.session.PublishBackpressure;
import dev.sprocket.wamp.internal.session.SessionAccess;
import dev.sprocket.wamp.internal.session.SessionAuthentication;
import dev.sprocket.wamp.internal.session.SessionHandler;
import dev.sprocket.wamp.internal.session.SessionRequests;
import dev.sprocket.wamp.internal.session.SessionRights;
import dev.sprocket.wamp.internal.session.Version;
import dev.sprocket.wamp.internal.session.WampProtocolException;
import dev.sprocket.websocket.WsConnection;
import io.netty.buffer.ByteBufAllocator;
import java.util.Collection;
import java.util.List;
import java.util.Objects;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Per-connection handler of WAMP v1, and the connection that components see. */
public final class V1Session implements SessionHandler, Caller, StackedConnection {
    private static final PeerLog LOG = PeerLog.of(V1Session.class);
    private static final String SERVER = "Sprocket/" + Version.CURRENT;

    private final V1Server server;
    private final RawWampComponent app;
    private final WsConnection below;
    private final String sessionId = SessionId.next();
    private final Attributes attributes;
    private final ComponentInvoker<WampConnection> invoker;
    private final Prefixes prefixes;
    private final PendingCalls pendingCalls = new PendingCalls();
    /** Null until the first request. */
    private @Nullable SessionRequests requests;

    private boolean admitted;
    private @Nullable V1Admission admission;
    private volatile @Nullable Joined joined;

    /** State of a session that has joined a realm. */
    private record Joined(Subscriber subscriber, MemoryUsage memoryUsage) {}

    /** Creates the session of a connection. */
    public V1Session(V1Server server, WsConnection below) {
        this.server = server;
        this.app = server.app();
        this.below = below;
        this.attributes = new Attributes(below.attributes());
        this.invoker = new ComponentInvoker<>(app, this);
        this.prefixes = new Prefixes(server.options());
    }

    @Override
    public void open() {
        if (!server.isEnabled()) {
            LOG.info(
                    this,
                    "WAMP client not admitted: peer={} protocol=v1 reason=\"WAMP v1 is disabled\" (use WAMP v2)",
                    this);
            below.close(1008, "WAMP v1 is disabled (expected: WAMP v2)");
            return;
        }
        RealmRouter realm = server.realm();
        if (realm == null) {
            admit();
        } else {
            V1Admission newAdmission = new V1Admission(server.handshakes(), below, realm.settings(), () -> join(realm));
            admission = newAdmission;
            newAdmission.begin();
        }
    }

    private void join(RealmRouter realm) {
        joined = new Joined(
                Subscriber.of(sessionId, this, V1Messages.EVENT),
                realm.state().memoryUsage().forClient());
        SessionAuthentication.begin(this);
        admit();
    }

    private void admit() {
        admitted = true;
        admission = null;
        below.send(V1Messages.welcome(sessionId, SERVER));
        invoker.open();
    }

    @Override
    public void receive(Message message) {
        read(message, decoded -> handle(decoded, message.size()));
    }

    /** Answers rejected calls with an error; WAMP v1 has no error for other messages. */
    @Override
    public void reject(Message message, CloseReason.Rejection rejection) {
        read(message, refused -> {
            if (refused instanceof ClientMessage.Invoke m) {
                new V1Reply(below, m.callId()).error("wamp.error.unavailable", rejection.text(), null);
            }
        });
    }

    private void read(Message message, Consumer<ClientMessage> handler) {
        if (!admitted) {
            below.close(1008, "message before WELCOME");
            return;
        }
        try {
            if (message.isBinary()) {
                throw new WampProtocolException("binary message (expected: text)");
            }
            V1Reader.read(BorrowedMessages.bytes(message), sessionId, handler);
        } catch (JsonException | WampProtocolException e) {
            server.malformed().increment();
            LOG.info(
                    this,
                    "connection closed, malformed WAMP message: peer={} code=1007 reason={}",
                    this,
                    e.getMessage());
            close(1007, String.valueOf(e.getMessage()));
        }
    }

    private void handle(ClientMessage message, int size) {
        if (message instanceof ClientMessage.Prefix m) {
            invoker.run(conn -> prefixes.define(m.prefix(), m.uri()));
        } else if (message instanceof ClientMessage.Subscribe m) {
            String topic = prefixes.topic(m.topic());
            submit(new V1Request(this, Action.SUBSCRIBE, topic) {
                @Override
                protected void allowed(WampConnection conn) throws Exception {
                    app.onSubscribe(conn, topic);
                }
            });
        } else if (message instanceof ClientMessage.Unsubscribe m) {
            String topic = prefixes.topic(m.topic());
            submit(new V1Request(this, null, topic) {
                @Override
                protected void allowed(WampConnection conn) throws Exception {
                    app.onUnsubscribe(conn, topic);
                }
            });
        } else if (message instanceof ClientMessage.Publish m) {
            String topic = prefixes.topic(m.topic());
            submit(new V1Request(this, Action.PUBLISH, topic) {
                @Override
                protected void allowed(WampConnection conn) throws Exception {
                    publish(conn, topic, m);
                }

                @Override
                protected long size() {
                    return super.size() + m.event().content().readableBytes();
                }
            });
        } else if (message instanceof ClientMessage.Invoke m) {
            PendingCall call = new PendingCall(
                    this, prefixes.procedure(m.procedure()), m.arguments(), size, new V1Reply(below, m.callId()));
            if (joined != null) { // otherwise the application keeps track of its calls
                pendingCalls.add(call, call);
            }
            submit(V1RecoveryRequest.of(this, call, prefixes));
        }
    }

    /** Lets a request take effect; without a realm, immediately and without a decision. */
    private void submit(V1Request request) {
        RealmRouter realm = server.realm();
        if (realm == null) {
            invoker.run(conn -> request.guard(() -> request.allowed(conn)));
            return;
        }
        SessionRequests all = requests;
        if (all == null) {
            all = new SessionRequests(this, below, invoker, realm.settings().limits());
            requests = all;
        }
        all.submit(request);
    }

    /** Publishes an event; a refusal is only logged, since WAMP v1 has no acknowledgement. */
    private void publish(WampConnection conn, String topic, ClientMessage.Publish m) throws Exception {
        try {
            app.onPublish(conn, topic, m.event(), m.audience());
            RealmRouter realm = server.realm();
            if (realm != null) {
                PublishBackpressure.afterPublish(conn, realm.settings().topics());
            }
        } catch (CallException refused) {
            LOG.info(
                    this,
                    "publish refused, event dropped: peer={} topic={} reason={}",
                    this,
                    SafeText.excerpt(topic),
                    SafeText.excerpt(refused.description()));
        }
    }

    /** Ends a subscription that is no longer allowed. WAMP v1 has no message for it. */
    @Override
    public void recheck(Topic topic, Runnable done) {
        SessionRights.recheck(
                this,
                below,
                new SessionRights.Right(Action.SUBSCRIBE, topic.id(), topic.match()),
                () -> topic.has(subscriber()),
                () -> invoker.run(conn -> app.onUnsubscribe(conn, topic.id())),
                done);
    }

    RawWampComponent app() {
        return app;
    }

    /** Returns the realm; null if the application keeps its own topics. */
    @Nullable
    RealmRouter realm() {
        return server.realm();
    }

    @Override
    public void runAtEnd(ComponentInvoker.Callback<? super WampConnection> callback) {
        invoker.runAtEnd(callback);
    }

    @Override
    public void fail(Throwable cause) {
        if (!admitted) {
            below.close(CloseReason.of(cause));
            return;
        }
        invoker.fail(cause);
    }

    @Override
    public void end() {
        if (admission != null) {
            admission.end();
        }
        SessionRequests waiting = requests;
        if (waiting != null) {
            waiting.close();
        }
        invoker.close();
    }

    @Override
    public SessionAccess accessControl() {
        return Objects.requireNonNull(server.realm(), "no realm (expected: WampServer)")
                .accessControl();
    }

    @Override
    public PendingCalls pendingCalls() {
        return pendingCalls;
    }

    @Override
    public Subscriber subscriber() {
        return joined().subscriber;
    }

    @Override
    public MemoryUsage memoryUsage() {
        return joined().memoryUsage;
    }

    private Joined joined() {
        return Objects.requireNonNull(joined, "no realm joined (expected: WampServer)");
    }

    @Override
    public Collection<Topic> subscriptions() {
        Joined now = joined;
        return now == null ? List.of() : now.subscriber.topics();
    }

    @Override
    public String sessionId() {
        return sessionId;
    }

    @Override
    public boolean event(String topic, Event event) {
        Message message = V1Messages.event(topic, event, ByteBufAllocator.DEFAULT);
        try {
            return below.send(message);
        } finally {
            message.content().release();
        }
    }

    @Override
    public boolean prefix(String prefix, String uri) {
        return below.send(V1Messages.prefix(prefix, uri));
    }

    /** Sends a message that is not part of WAMP; the client must understand it. */
    @Override
    public void close(int code, String reason) {
        below.close(code, reason);
    }

    @Override
    public WsConnection underlying() {
        return below;
    }

    @Override
    public Attributes attributes() {
        return attributes;
    }

    @Override
    public String toString() {
        return below.toString();
    }
}
