package dev.sprocket.wamp.internal.v2;

import dev.sprocket.core.Attributes;
import dev.sprocket.core.CloseReason;
import dev.sprocket.core.Connection;
import dev.sprocket.core.Message;
import dev.sprocket.core.internal.auth.Authentication;
import dev.sprocket.core.internal.log.PeerLog;
import dev.sprocket.core.internal.text.SafeText;
import dev.sprocket.core.internal.transport.PipelineContext;
import dev.sprocket.core.spi.ComponentInvoker;
import dev.sprocket.core.spi.StackedConnection;
import dev.sprocket.pubsub.Event;
import dev.sprocket.pubsub.PublishedEvent;
import dev.sprocket.pubsub.Subscriber;
import dev.sprocket.pubsub.Topic;
import dev.sprocket.pubsub.access.Action;
import dev.sprocket.pubsub.internal.access.AccessChecks;
import dev.sprocket.pubsub.internal.delivery.SessionUser;
import dev.sprocket.wamp.WampConnection;
import dev.sprocket.wamp.auth.SessionIdentity;
import dev.sprocket.wamp.internal.broker.Testaments;
import dev.sprocket.wamp.internal.broker.V2Event;
import dev.sprocket.wamp.internal.broker.V2Subscriber;
import dev.sprocket.wamp.internal.broker.V2Subscription;
import dev.sprocket.wamp.internal.broker.V2Subscriptions;
import dev.sprocket.wamp.internal.dealer.Callee;
import dev.sprocket.wamp.internal.dealer.Caller;
import dev.sprocket.wamp.internal.dealer.PendingCalls;
import dev.sprocket.wamp.internal.dealer.PendingInvocations;
import dev.sprocket.wamp.internal.dealer.Registration;
import dev.sprocket.wamp.internal.id.WampIds;
import dev.sprocket.wamp.internal.message.CallArguments;
import dev.sprocket.wamp.internal.message.V2Message;
import dev.sprocket.wamp.internal.message.WireFormat;
import dev.sprocket.wamp.internal.meta.MetaSession;
import dev.sprocket.wamp.internal.realm.RealmRouter;
import dev.sprocket.wamp.internal.session.MemoryUsage;
import dev.sprocket.wamp.internal.session.SessionAccess;
import dev.sprocket.wamp.internal.session.SessionAuthentication;
import dev.sprocket.wamp.internal.session.SessionHandler;
import dev.sprocket.wamp.internal.session.SessionRights;
import dev.sprocket.wamp.internal.session.Version;
import dev.sprocket.wamp.internal.session.WampProtocolException;
import dev.sprocket.wamp.spi.Serializer;
import dev.sprocket.websocket.WsConnection;
import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicIntegerFieldUpdater;
import java.util.concurrent.atomic.AtomicReferenceFieldUpdater;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Per-connection handler of WAMP v2, and the connection that components see.
 *
 * <p>It opens when the client has joined a realm, and ends with the session.
 */
public final class V2Session
        implements SessionHandler, Caller, Callee, V2Subscriber, MetaSession, StackedConnection, SessionUser {
    private static final PeerLog LOG = PeerLog.of(V2Session.class);
    /** Time limit for the client's answer to GOODBYE. */
    private static final Duration GOODBYE_TIMEOUT = Duration.ofSeconds(1);

    private static final AtomicIntegerFieldUpdater<V2Session> ENDED =
            AtomicIntegerFieldUpdater.newUpdater(V2Session.class, "ended");
    private static final AtomicReferenceFieldUpdater<V2Session, @Nullable Runnable> PENDING_CLOSE =
            AtomicReferenceFieldUpdater.newUpdater(V2Session.class, Runnable.class, "pendingClose");

    private final V2Server server;
    private final Connection below;
    private final WireFormat wireFormat;
    private final V2Output output;
    private final Attributes attributes;
    private final long id = WampIds.random();
    private final PendingCalls pendingCalls = new PendingCalls();
    private final PendingInvocations invocations = new PendingInvocations(this);
    /** Null until the first registration. */
    private @Nullable Set<Registration> registrations;

    private final Set<V2Subscription> subscriptions = new LinkedHashSet<>(2);
    private final Testaments testaments = new Testaments();
    /** Null after WELCOME. */
    private volatile @Nullable V2Handshake handshake;

    private final V2Batches batches;
    /** Closes the connection after the client's GOODBYE; null until this side has sent GOODBYE. */
    private volatile @Nullable Runnable pendingClose;
    /** 1 after ABORT or GOODBYE of either side. */
    private volatile int ended;

    private volatile @Nullable Joined joined;

    /** State of a session that has joined a realm. */
    private record Joined(
            RealmRouter realm,
            SessionIdentity identity,
            V2Roles roles,
            Subscriber subscriber,
            MemoryUsage memoryUsage,
            ComponentInvoker<WampConnection> invoker,
            V2RequestHandler requests) {}

    /** Creates the session of a connection. */
    public V2Session(V2Server server, Connection below, WireFormat wireFormat) {
        this.server = server;
        this.below = below;
        this.wireFormat = wireFormat;
        this.output = new V2Output(below, wireFormat);
        this.attributes = new Attributes(below.attributes());
        this.batches = new V2Batches(wireFormat, below, this::abortForViolation);
    }

    @Override
    public void open() {
        StackedConnection.closeFirst(this);
        V2Handshake begun = new V2Handshake(server, this);
        handshake = begun;
        begun.open();
    }

    @Override
    public void receive(Message message) {
        read(message, this::handle);
    }

    @Override
    public void reject(Message message, CloseReason.Rejection rejection) {
        read(message, refused -> reject(refused, rejection.text()));
    }

    private void reject(V2Message refused, String reason) {
        Joined now = joined;
        if (ended != 0
                || pendingClose != null
                || refused instanceof V2Message.Abort
                || refused instanceof V2Message.Goodbye) {
            handle(refused);
        } else if (now == null) {
            abort("wamp.error.unavailable", reason);
        } else {
            now.requests.reject(refused, reason);
        }
    }

    private void read(Message message, Consumer<V2Message> handler) {
        try {
            if (message.isBinary() != wireFormat.serializer().isBinary()) {
                throw new WampProtocolException((message.isBinary() ? "binary" : "text") + " message (expected: "
                        + (message.isBinary() ? "text" : "binary") + ")");
            }
        } catch (WampProtocolException e) {
            abortForViolation(String.valueOf(e.getMessage()));
            return;
        }
        batches.receive(message.bytes(), handler);
    }

    private void handle(V2Message message) {
        Runnable close = pendingClose;
        if (close != null) {
            if (message instanceof V2Message.Goodbye || message instanceof V2Message.Abort) {
                close.run();
            }
            return;
        }
        if (ended != 0) {
            return;
        }
        if (message instanceof V2Message.Abort abort) {
            LOG.debug("WAMP session aborted by the client: peer={} reason={}", this, SafeText.excerpt(abort.reason()));
            endSession();
            below.close();
            return;
        }
        Joined now = joined;
        if (now == null) {
            Objects.requireNonNull(handshake).handle(message);
        } else if (message instanceof V2Message.Goodbye) {
            send(new V2Message.Goodbye(Map.of(), "wamp.close.goodbye_and_out"));
            endSession();
            below.close();
        } else {
            now.requests.handle(message);
        }
    }

    /** Aborts the session because of a protocol violation. */
    void abortForViolation(String reason) {
        server.violations().increment();
        LOG.cause(reason)
                .info(
                        this,
                        "WAMP session aborted, protocol violation: peer={} reason={}",
                        this,
                        SafeText.excerpt(reason));
        abort("wamp.error.protocol_violation", reason);
    }

    /** Ends the session with ABORT. */
    void abort(String reason, String message) {
        if (ended == 0) {
            send(new V2Message.Abort(Map.of("message", message), reason, CallArguments.EMPTY));
            endSession();
            closeBelow(1002, reason);
        }
    }

    /** Admits the client to a realm with WELCOME. */
    void welcome(RealmRouter realm, SessionIdentity identity, V2Roles roles) {
        if (ended != 0 || !below.isOpen()) {
            return;
        }
        identity.attachTo(this);
        boolean meta = realm.accessControl().allowsMeta(this);
        ComponentInvoker<WampConnection> invoker = new ComponentInvoker<>(realm, this);
        joined = new Joined(
                realm,
                identity,
                roles,
                Subscriber.of(sessionId(), this, realm.state().encoder(wireFormat)),
                realm.state().memoryUsage().forClient(),
                invoker,
                new V2RequestHandler(this, realm, invoker));
        Map<String, Object> details = new HashMap<>(Map.of(
                "realm", realm.settings().name(),
                "agent", "Sprocket/" + Version.CURRENT,
                "roles", V2Features.roles(meta),
                "_recovery", true,
                "authid", identity.authid(),
                "authrole", identity.authrole(),
                "authmethod", identity.authmethod(),
                "authprovider", identity.authprovider()));
        if (!identity.authextra().isEmpty()) {
            details.put("authextra", identity.authextra());
        }
        if (!send(new V2Message.Welcome(id, details))) {
            joined = null;
            abort(V2Output.PAYLOAD_SIZE_EXCEEDED, "WELCOME is longer than " + wireFormat.limit() + " bytes");
            return;
        }
        handshake = null;
        SessionAuthentication.begin(this);
        realm.state().join(this);
        invoker.open();
    }

    /** Ends the session and releases its state. */
    private void endSession() {
        V2Handshake unfinished = handshake;
        if (unfinished != null) {
            unfinished.end();
        }
        Joined now = joined;
        if (!ENDED.compareAndSet(this, 0, 1)) {
            return;
        }
        batches.discard();
        if (now == null) {
            return;
        }
        now.requests.end();
        testaments.drain(now.memoryUsage).forEach(now.requests::publishTestament);
        now.realm
                .state()
                .dealer()
                .leave(this)
                .forEach(registration ->
                        now.invoker.runAtEnd(conn -> now.realm.settings().app().onUnregister(conn, registration.uri)));
        now.invoker.close();
        Authentication.find(this).ifPresent(authentication -> authentication.endOf(this));
        now.realm.state().leave(this);
    }

    @Override
    public void end() {
        endSession();
    }

    @Override
    public void fail(Throwable cause) {
        Joined now = joined;
        if (now != null) {
            now.invoker.fail(cause);
        } else {
            below.close(CloseReason.of(cause));
        }
    }

    @Override
    public void runAtEnd(ComponentInvoker.Callback<? super WampConnection> callback) {
        joined().invoker.runAtEnd(callback);
    }

    /** Returns the output of the session. */
    V2Output output() {
        return output;
    }

    @Override
    public boolean send(V2Message message) {
        return output.send(message);
    }

    @Override
    public void sendRequest(V2Message message, Consumer<String> onLost) {
        output.sendRequest(message, onLost);
    }

    @Override
    public Serializer serializer() {
        return wireFormat.serializer();
    }

    @Override
    public long id() {
        return id;
    }

    @Override
    public SessionIdentity identity() {
        return joined().identity;
    }

    @Override
    public String sessionUserId() {
        return identity().authid();
    }

    @Override
    public Set<String> sessionRoles() {
        return Set.of(identity().authrole());
    }

    @Override
    public Subscriber subscriber() {
        return joined().subscriber;
    }

    @Override
    public MemoryUsage memoryUsage() {
        return joined().memoryUsage;
    }

    @Override
    public PendingCalls pendingCalls() {
        return pendingCalls;
    }

    @Override
    public PendingInvocations invocations() {
        return invocations;
    }

    @Override
    public Testaments testaments() {
        return testaments;
    }

    @Override
    public synchronized Set<Registration> registrations() {
        Set<Registration> existing = registrations;
        if (existing == null) {
            existing = new LinkedHashSet<>(2);
            registrations = existing;
        }
        return existing;
    }

    @Override
    public Set<V2Subscription> joinedSubscriptions() {
        return subscriptions;
    }

    @Override
    public void recheck(Topic topic, Runnable done) {
        SessionRights.recheck(
                this,
                below,
                new SessionRights.Right(Action.SUBSCRIBE, topic.id(), topic.match()),
                () -> topic.has(subscriber()),
                () -> joined().requests.revoke(topic),
                done);
    }

    @Override
    public void recheck(Registration registration, Runnable done) {
        SessionRights.recheck(
                this,
                below,
                new SessionRights.Right(Action.REGISTER, registration.uri, registration.match),
                () -> true,
                () -> joined().requests.revoke(registration),
                done);
    }

    @Override
    public Collection<AccessChecks.Check> rights() {
        Collection<AccessChecks.Check> all = V2Subscriber.super.rights();
        List.copyOf(registrations()).forEach(registration -> all.add(done -> recheck(registration, done)));
        return all;
    }

    /** Reports whether the client announced a feature of subscribers. */
    boolean supportsAsSubscriber(String feature) {
        return joined().roles.supports("subscriber", feature);
    }

    @Override
    public boolean supports(String feature) {
        return joined().roles.supports("callee", feature);
    }

    /** Reports whether the client announced a feature of callers. */
    boolean supportsAsCaller(String feature) {
        return joined().roles.supports("caller", feature);
    }

    @Override
    public void disclose(Map<String, Object> details) {
        disclose("caller", details);
    }

    /** Adds the identity of the session to the details of a message. */
    void disclose(String role, Map<String, Object> details) {
        details.put(role, id);
        details.put(role + "_authid", identity().authid());
        details.put(role + "_authrole", identity().authrole());
    }

    private Joined joined() {
        return Objects.requireNonNull(joined, "no realm joined (expected: WELCOME first)");
    }

    @Override
    public SessionAccess accessControl() {
        return joined().realm.accessControl();
    }

    @Override
    public String sessionId() {
        return Long.toString(id);
    }

    @Override
    public boolean event(String topic, Event event) {
        Joined now = joined();
        V2Subscriptions all = now.realm.state().subscriptions();
        V2Subscription subscription = all.find(now.realm.settings().topics().topic(topic));
        return subscription != null
                && all.has(subscription, this)
                && isOpen()
                && send(new V2Message.Event(
                        subscription.id, WampIds.publication(), Map.of(), V2Event.arguments(event)));
    }

    @Override
    public void sendRetained(long subscription, Topic subscribedTopic, PublishedEvent retained) {
        PublishedEvent delivered = new PublishedEvent(
                retained.topic(), retained.event(), retained.number(), subscribedTopic.match(), subscribedTopic.id());
        output.send(
                joined().realm.state().encoder(wireFormat).encode(subscription, delivered, Map.of("retained", true)));
    }

    /** Returns false: WAMP v2 has no prefixes. */
    @Override
    public boolean prefix(String prefix, String uri) {
        return false;
    }

    /** Sends a message that is not part of WAMP; the client must understand it. */
    @Override
    public boolean send(Message message) {
        return isOpen() && below.send(message);
    }

    @Override
    public void close() {
        close(1000, "");
    }

    @Override
    public void close(int code, String reason) {
        goodbye("wamp.close.killed", reason, code);
    }

    @Override
    public void goodbye(String reason, String message, int code) {
        Map<String, ?> details = message.isEmpty() ? Map.of() : Map.of("message", message);
        sendGoodbye(new V2Message.Goodbye(details, reason), () -> closeBelow(code, message));
    }

    /**
     * Sends GOODBYE, ends the session, and closes the connection after the client's answer.
     *
     * <p>Waits at most {@link #GOODBYE_TIMEOUT} (WAMP 3.2, "Session Closing"). Before WELCOME there is no session,
     * and the connection is closed immediately.
     */
    private void sendGoodbye(V2Message last, Runnable close) {
        PipelineContext pipeline = PipelineContext.find(below).orElse(null);
        if (!isOpen() || joined == null || pipeline == null) {
            if (isOpen()) {
                send(last);
            }
            close.run();
        } else if (PENDING_CLOSE.compareAndSet(this, null, close)) {
            output.finish();
            pipeline.onLoop(() -> {
                output.sendLast(last);
                endSession();
                pipeline.loop().schedule(close, GOODBYE_TIMEOUT.toMillis(), TimeUnit.MILLISECONDS);
            });
        }
    }

    private void closeBelow(int code, String reason) {
        if (below instanceof WsConnection ws) {
            ws.close(code, reason);
        } else {
            below.close();
        }
    }

    /** Sends GOODBYE, or ABORT for a rejection or failure, then closes the connection below. */
    @Override
    public void close(CloseReason reason) {
        switch (reason.type()) {
            case NORMAL, END_OF_STREAM -> close();
            case SHUTDOWN -> leave("wamp.close.system_shutdown", reason);
            case UNAUTHORIZED -> leave("wamp.close.killed", reason);
            case OVERFLOW -> below.close(reason);
            case MALFORMED, UNSUPPORTED, FORBIDDEN, LIMIT_EXCEEDED -> abort(reason.text(), reason);
            case FAILURE -> abort("internal error", reason);
        }
    }

    private void leave(String uri, CloseReason reason) {
        Map<String, Object> details = Map.of("message", reason.text());
        sendGoodbye(
                joined == null
                        ? new V2Message.Abort(details, uri, CallArguments.EMPTY)
                        : new V2Message.Goodbye(details, uri),
                () -> below.close(reason));
    }

    private void abort(String message, CloseReason reason) {
        if (isOpen()) {
            send(new V2Message.Abort(Map.of("message", message), "wamp.close.killed", CallArguments.EMPTY));
        }
        below.close(reason);
    }

    @Override
    public boolean isOpen() {
        return ended == 0 && pendingClose == null && below.isOpen();
    }

    @Override
    public Connection underlying() {
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
