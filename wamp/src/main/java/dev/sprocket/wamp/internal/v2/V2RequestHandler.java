package dev.sprocket.wamp.internal.v2;

import dev.sprocket.core.internal.log.PeerLog;
import dev.sprocket.core.internal.text.SafeText;
import dev.sprocket.core.spi.ComponentInvoker;
import dev.sprocket.pubsub.Audience;
import dev.sprocket.pubsub.Event;
import dev.sprocket.pubsub.Topic;
import dev.sprocket.pubsub.access.AccessDecision;
import dev.sprocket.pubsub.access.Action;
import dev.sprocket.pubsub.internal.subscribe.TopicConnection;
import dev.sprocket.pubsub.pattern.MatchPolicy;
import dev.sprocket.wamp.CallException;
import dev.sprocket.wamp.WampConnection;
import dev.sprocket.wamp.WampOptions;
import dev.sprocket.wamp.internal.broker.RetainOption;
import dev.sprocket.wamp.internal.broker.Testaments;
import dev.sprocket.wamp.internal.broker.V2Event;
import dev.sprocket.wamp.internal.broker.V2PublishOptions;
import dev.sprocket.wamp.internal.dealer.CallOptions;
import dev.sprocket.wamp.internal.dealer.PendingCall;
import dev.sprocket.wamp.internal.dealer.Registration;
import dev.sprocket.wamp.internal.id.WampIds;
import dev.sprocket.wamp.internal.message.CallArguments;
import dev.sprocket.wamp.internal.message.OptionReader;
import dev.sprocket.wamp.internal.message.OptionType;
import dev.sprocket.wamp.internal.message.V2Message;
import dev.sprocket.wamp.internal.message.V2MessageType;
import dev.sprocket.wamp.internal.realm.RealmRouter;
import dev.sprocket.wamp.internal.realm.RealmSettings;
import dev.sprocket.wamp.internal.session.PublishBackpressure;
import dev.sprocket.wamp.internal.session.SessionRequests;
import dev.sprocket.wamp.internal.session.WampProtocolException;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * Handles the requests of a WAMP v2 client in a realm.
 *
 * <p>Confined to the thread of its session's callbacks.
 */
final class V2RequestHandler {
    private static final PeerLog LOG = PeerLog.of(V2RequestHandler.class);
    private static final String NOT_ALLOWED = "wamp.error.option_not_allowed";

    /** Reason of a revocation, as in the example of the specification. */
    private static final String REVOKED = "no longer authorized";

    private static final String UNAVAILABLE = "wamp.error.unavailable";

    private final V2Session session;
    private final RealmRouter realm;
    private final RealmSettings settings;
    private final ComponentInvoker<WampConnection> invoker;
    private final V2CallHandler calls;
    private final SessionRequests requests;
    /** Null until the first event is published. */
    private @Nullable Audience everyoneElse;

    private final boolean acceptsAnyId;
    /** Id of the last request. */
    private long lastRequest;

    V2RequestHandler(V2Session session, RealmRouter realm, ComponentInvoker<WampConnection> invoker) {
        this.session = session;
        this.realm = realm;
        this.settings = realm.settings();
        this.invoker = invoker;
        this.calls = new V2CallHandler(session);
        this.requests = new SessionRequests(session, session.underlying(), invoker, settings.limits());
        this.acceptsAnyId = settings.options().requestIds() == WampOptions.RequestIds.ANY;
    }

    private Audience everyoneElse() {
        Audience existing = everyoneElse;
        if (existing == null) {
            existing = Audience.except(session.sessionId());
            everyoneElse = existing;
        }
        return existing;
    }

    void handle(V2Message message) {
        try {
            dispatch(message);
        } catch (CallException invalid) {
            reject(message, invalid);
        }
    }

    /**
     * Answers a message that has an option of the wrong type.
     *
     * <p>If the client expects no answer, it is a protocol violation, since the client could not learn of the error
     * otherwise.
     */
    private void reject(V2Message message, CallException invalid) {
        V2MessageType type = V2MessageType.of(message);
        long request = 0;
        if (message instanceof V2Message.Publish m) {
            request = Boolean.TRUE.equals(m.options().get("acknowledge")) ? m.request() : 0;
        } else if (message instanceof V2Message.Subscribe m) {
            request = m.request();
        } else if (message instanceof V2Message.Register m) {
            request = m.request();
        } else if (message instanceof V2Message.Call m) {
            request = m.request();
            if (calls.fail(request, invalid)) {
                return;
            }
            calls.markEnded(m);
        }
        if (request == 0) {
            throw new WampProtocolException(type + ": " + invalid.description());
        }
        error(type, request, invalid.errorUri(), invalid.description());
    }

    private void dispatch(V2Message message) {
        if (message instanceof V2Message.Publish m) {
            checkRequestId(m.request());
            publish(m);
        } else if (message instanceof V2Message.Subscribe m) {
            checkRequestId(m.request());
            submit(SubscribeRequest.of(this, m));
        } else if (message instanceof V2Message.Unsubscribe m) {
            checkRequestId(m.request());
            unsubscribe(m);
        } else if (message instanceof V2Message.Call m) {
            call(m);
        } else if (message instanceof V2Message.Cancel m) {
            calls.cancel(m);
        } else if (message instanceof V2Message.Register m) {
            checkRequestId(m.request());
            register(m);
        } else if (message instanceof V2Message.Unregister m) {
            checkRequestId(m.request());
            unregister(m);
        } else if (message instanceof V2Message.Yield m) {
            PendingCall call = session.invocations().find(m.request());
            if (call != null) {
                call.result(m.arguments(), new OptionReader(m.options()).isTrue("progress"));
            }
        } else if (message instanceof V2Message.Failed m) {
            invocationFailed(m);
        } else {
            throw new WampProtocolException(V2MessageType.of(message) + " in an established session");
        }
    }

    /** Answers the request of a message that a filter has rejected with an error. */
    void reject(V2Message message, String reason) {
        if (message instanceof V2Message.Publish m) {
            boolean acknowledged;
            try {
                acknowledged = new OptionReader(m.options()).isTrue("acknowledge");
            } catch (CallException invalid) {
                throw new WampProtocolException(V2MessageType.PUBLISH + ": " + invalid.description());
            }
            reject(V2MessageType.PUBLISH, m.request(), acknowledged, reason);
        } else if (message instanceof V2Message.Subscribe m) {
            reject(V2MessageType.SUBSCRIBE, m.request(), true, reason);
        } else if (message instanceof V2Message.Unsubscribe m) {
            reject(V2MessageType.UNSUBSCRIBE, m.request(), true, reason);
        } else if (message instanceof V2Message.Register m) {
            reject(V2MessageType.REGISTER, m.request(), true, reason);
        } else if (message instanceof V2Message.Unregister m) {
            reject(V2MessageType.UNREGISTER, m.request(), true, reason);
        } else if (message instanceof V2Message.Call m) {
            if (m.request() <= lastRequest) {
                // a progressive call is invalid without one of its parts
                calls.cancel(new V2Message.Cancel(m.request(), Map.of("mode", "killnowait")));
            } else {
                reject(V2MessageType.CALL, m.request(), true, reason);
            }
        } else if (message instanceof V2Message.Yield m) {
            // the caller still waits for this result
            handle(new V2Message.Failed(
                    V2MessageType.INVOCATION.code(), m.request(), Map.of(), UNAVAILABLE, CallArguments.of(reason)));
        } else {
            handle(message);
        }
    }

    private void reject(V2MessageType type, long request, boolean acknowledged, String reason) {
        checkRequestId(request);
        error(type, acknowledged ? request : 0, UNAVAILABLE, reason);
    }

    private void checkRequestId(long request) {
        if (acceptsAnyId) {
            return;
        }
        if (request != lastRequest % WampIds.LARGEST + 1) {
            throw new WampProtocolException(
                    "request " + request + " (expected: " + (lastRequest % WampIds.LARGEST + 1) + ")");
        }
        lastRequest = request;
    }

    private void invocationFailed(V2Message.Failed m) {
        if (m.requestType() != V2MessageType.INVOCATION.code()) {
            throw new WampProtocolException("ERROR for message type " + m.requestType() + " (expected: 68)");
        }
        PendingCall call = session.invocations().find(m.request());
        if (call != null) {
            call.error(m.error(), m.arguments());
        }
    }

    /** Discards the requests that wait for a decision. */
    void end() {
        requests.close();
    }

    private void publish(V2Message.Publish m) {
        V2PublishOptions options = V2PublishOptions.of(new OptionReader(m.options()));
        long replyTo = options.acknowledge() ? m.request() : 0;
        String topic = m.topic();
        CallArguments given = m.arguments();
        submit(new V2Request(this, V2MessageType.PUBLISH, replyTo, topic, MatchPolicy.EXACT, Action.PUBLISH) {
            private CallArguments arguments = given;

            @Override
            protected void allowed(WampConnection conn) throws Exception {
                V2Event event = event(options, arguments);
                realm.state().retained().checkLimits(topic, event);
                Audience audience = event.recipients().audience(options.excludeMe() ? everyoneElse() : Audience.ALL);
                if (replyTo == 0) {
                    realm.onPublish(conn, topic, Event.ofPayload(event), audience);
                } else {
                    acknowledge(
                            replyTo, event, realm.onAcknowledgedPublish(conn, topic, Event.ofPayload(event), audience));
                }
                PublishBackpressure.afterPublish(conn, settings.topics());
            }

            @Override
            protected void compact() {
                arguments = arguments.compact();
            }

            @Override
            protected long size() {
                return super.size() + arguments.size() + options.recipients().size();
            }
        });
    }

    /** Answers a PUBLISH when its event was stored and retained, or could not be. */
    private void acknowledge(long request, V2Event event, CompletableFuture<?> published) {
        long publication = event.publication();
        RetainOption retention = event.retention();
        CompletableFuture<?> all = retention == null
                ? published
                : published.thenCompose(done -> retention.result().stage());
        all.whenComplete((done, failure) -> {
            if (failure == null) {
                session.send(new V2Message.Published(request, publication));
            } else if (failure.getCause() instanceof CallException notRetained) {
                error(V2MessageType.PUBLISH, request, notRetained.errorUri(), notRetained.description());
            } else {
                error(V2MessageType.PUBLISH, request, UNAVAILABLE, TopicConnection.reason(failure));
            }
        });
    }

    /** Publishes a testament at the end of the session. */
    void publishTestament(Testaments.Testament testament) {
        invoker.runAtEnd(conn -> {
            // permissions may have changed since it was added; a late decision cannot be awaited at the end
            AccessDecision decision = realm.accessControl().check(conn, Action.PUBLISH, testament.topic());
            if (!(decision instanceof AccessDecision.Allow || decision instanceof AccessDecision.Later)) {
                return;
            }
            V2Event event = event(testament.options(), testament.arguments());
            Audience audience = event.recipients().audience(everyoneElse());
            try {
                realm.state().retained().checkLimits(testament.topic(), event);
                realm.onPublish(conn, testament.topic(), Event.ofPayload(event), audience);
            } catch (CallException refused) {
                logDropped(testament.topic(), refused);
            }
        });
    }

    void logDropped(String topic, CallException refused) {
        LOG.info(
                session,
                "publish refused, event dropped: peer={} topic={} reason={}",
                session,
                SafeText.excerpt(topic),
                SafeText.excerpt(refused.description()));
    }

    private V2Event event(V2PublishOptions options, CallArguments arguments) {
        Map<String, Object> publisherDetails = new HashMap<>();
        if (options.discloseMe()) {
            session.disclose("publisher", publisherDetails);
        }
        RetainOption retention = options.recipients().retain()
                ? RetainOption.of(session.memoryUsage(), settings.limits(), options.ttlMillis())
                : null;
        return new V2Event(WampIds.publication(), publisherDetails, options.recipients(), arguments, retention);
    }

    private void unsubscribe(V2Message.Unsubscribe m) {
        requests.submit(new V2Request(this, V2MessageType.UNSUBSCRIBE, m.request()) {
            @Override
            protected void allowed(WampConnection conn) throws Exception {
                var topic = realm.unsubscribe(session, m.subscription());
                if (topic.isEmpty()) {
                    error(
                            V2MessageType.UNSUBSCRIBE,
                            m.request(),
                            "wamp.error.no_such_subscription",
                            "no subscription " + m.subscription());
                    return;
                }
                session.send(new V2Message.Unsubscribed(m.request()));
                settings.app().onUnsubscribe(conn, topic.get());
            }
        });
    }

    private void register(V2Message.Register m) {
        OptionReader options = new OptionReader(m.options());
        options.check("disclose_caller", OptionType.BOOL);
        options.check("concurrency", OptionType.NUMBER);
        MatchPolicy match = match(options);
        Registration.InvokePolicy given = options.enumValue("invoke", Registration.InvokePolicy.class, NOT_ALLOWED);
        Registration.InvokePolicy invoke = given == null ? Registration.InvokePolicy.SINGLE : given;
        boolean forwardTimeout = options.isTrue("forward_timeout");
        long request = m.request();
        String procedure = m.procedure();
        submit(new V2Request(this, V2MessageType.REGISTER, request, procedure, match, Action.REGISTER) {
            @Override
            protected void allowed(WampConnection conn) throws Exception {
                settings.app().onRegister(conn, procedure, match);
                realm.state()
                        .dealer()
                        .register(
                                session,
                                new Registration.Request(procedure, match, invoke, forwardTimeout),
                                settings.maxRegistrations(),
                                settings.limits(),
                                id -> session.send(new V2Message.Registered(request, id)));
            }
        });
    }

    private void unregister(V2Message.Unregister m) {
        requests.submit(new V2Request(this, V2MessageType.UNREGISTER, m.request()) {
            @Override
            protected void allowed(WampConnection conn) throws Exception {
                Registration ended = realm.state().dealer().unregister(session, m.registration());
                if (ended == null) {
                    error(
                            V2MessageType.UNREGISTER,
                            m.request(),
                            "wamp.error.no_such_registration",
                            "no registration " + m.registration());
                    return;
                }
                session.send(new V2Message.Unregistered(m.request()));
                settings.app().onUnregister(conn, ended.uri);
            }
        });
    }

    private void call(V2Message.Call m) {
        if (acceptsAnyId ? calls.contains(m.request()) : m.request() <= lastRequest) {
            continueCall(m);
            return;
        }
        checkRequestId(m.request());
        CallOptions options = CallOptions.of(new OptionReader(m.options()));
        boolean progress = options.progress();
        if (progress && !session.supportsAsCaller("progressive_call_invocations")) {
            throw new WampProtocolException("CALL with progress (expected: progressive_call_invocations in HELLO)");
        }
        if (!settings.uris().allows(m.procedure())) {
            error(V2MessageType.CALL, m.request(), "wamp.error.invalid_uri", "procedure " + m.procedure());
            if (progress) {
                calls.markEnded(m);
            }
            return;
        }
        requests.submit(new V2CallRequest(this, calls.begin(m, options)));
    }

    /** Passes on a part of a progressive call, behind its first part if that waits. */
    private void continueCall(V2Message.Call m) {
        if (!requests.isWaiting()) {
            calls.continueCall(m);
            return;
        }
        V2Message.Call part = m.compact();
        requests.submit(new V2Request(this, V2MessageType.CALL, m.request()) {
            @Override
            protected void allowed(WampConnection conn) {
                handlePart(part);
            }

            @Override
            protected void refuse(CallException reason) {
                // a progressive call is invalid without one of its parts
                if (!calls.fail(part.request(), reason)) {
                    calls.markEnded(part);
                }
            }

            @Override
            protected long size() {
                return super.size() + part.arguments().size();
            }
        });
    }

    private void handlePart(V2Message.Call part) {
        try {
            calls.continueCall(part);
        } catch (CallException invalid) {
            reject(part, invalid);
        }
    }

    /** Lets a request with a valid URI take effect once it is decided. */
    private void submit(V2Request request) {
        if (request.isValid(settings.uris())) {
            requests.submit(request);
        } else {
            error(request.type, request.request, "wamp.error.invalid_uri", request.toString());
        }
    }

    /** Ends a subscription that is no longer allowed, and tells clients that understand it. */
    void revoke(Topic topic) {
        invoker.run(conn -> {
            long id = realm.revoke(session, topic);
            if (id != 0 && session.supportsAsSubscriber("subscription_revocation")) {
                session.send(
                        new V2Message.Unsubscribed(0, Map.<String, Object>of("subscription", id, "reason", REVOKED)));
            }
            settings.app().onUnsubscribe(conn, topic);
        });
    }

    /** Ends a registration that is no longer allowed; clients that understand it are told. */
    void revoke(Registration registration) {
        invoker.run(conn -> {
            if (realm.state().dealer().unregister(session, registration.id) != null) {
                if (session.supports("registration_revocation")) {
                    session.send(new V2Message.Unregistered(
                            0, Map.<String, Object>of("registration", registration.id, "reason", REVOKED)));
                }
                settings.app().onUnregister(conn, registration.uri);
            }
        });
    }

    void closeIfRequired(AccessDecision decision) {
        if (decision instanceof AccessDecision.Close close) {
            session.goodbye("wamp.close.killed", close.reason(), 1008);
        }
    }

    V2Session session() {
        return session;
    }

    /** Returns the requests of the session, in order. */
    SessionRequests requests() {
        return requests;
    }

    RealmRouter realm() {
        return realm;
    }

    /**
     * Sends an error.
     *
     * @param request id of the request; 0 if no answer is expected
     */
    void error(V2MessageType type, long request, String uri, String message) {
        if (request != 0) {
            session.send(new V2Message.Failed(type.code(), request, Map.of(), uri, CallArguments.of(message)));
        }
    }

    private static MatchPolicy match(OptionReader options) {
        MatchPolicy given = options.enumValue("match", MatchPolicy.class, NOT_ALLOWED);
        return given == null ? MatchPolicy.EXACT : given;
    }
}
