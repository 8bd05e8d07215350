package dev.sprocket.wamp.internal.meta;

import com.google.errorprone.annotations.ThreadSafe;
import dev.sprocket.core.internal.text.SafeText;
import dev.sprocket.core.internal.transport.PipelineContext;
import dev.sprocket.pubsub.Topic;
import dev.sprocket.pubsub.Topics;
import dev.sprocket.pubsub.pattern.MatchPolicy;
import dev.sprocket.wamp.AccessDecision;
import dev.sprocket.wamp.Authorizer;
import dev.sprocket.wamp.Call;
import dev.sprocket.wamp.CallException;
import dev.sprocket.wamp.WampConnection;
import dev.sprocket.wamp.internal.broker.Testaments;
import dev.sprocket.wamp.internal.broker.V2PublishOptions;
import dev.sprocket.wamp.internal.broker.V2Subscription;
import dev.sprocket.wamp.internal.dealer.Registration;
import dev.sprocket.wamp.internal.id.Uris;
import dev.sprocket.wamp.internal.message.CallArguments;
import dev.sprocket.wamp.internal.message.OptionReader;
import dev.sprocket.wamp.internal.message.OptionType;
import dev.sprocket.wamp.internal.realm.Broker;
import dev.sprocket.wamp.internal.realm.RealmRuntime;
import dev.sprocket.wamp.internal.serializer.JsonSerializer;
import dev.sprocket.wamp.internal.session.MemoryUsage;
import dev.sprocket.wamp.internal.v2.V2Session;
import dev.sprocket.wamp.spi.Serializer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.LongFunction;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Procedures of the meta API below {@code wamp.}.
 *
 * <p>They cover sessions, registrations, subscriptions, testaments and the event history.
 */
@ThreadSafe
public final class MetaProcedures {
    private static final String INVALID = "wamp.error.invalid_argument";

    /** Call of a meta procedure. */
    public record MetaCall(
            WampConnection caller, CallArguments payload, List<?> arguments, OptionReader named, MetaRate rate) {
        /** Returns the serializer of the caller. */
        public Serializer format() {
            return caller instanceof V2Session session ? session.serializer() : JsonSerializer.JSON;
        }

        @Nullable
        Object argument(int index) {
            return index < arguments.size() ? arguments.get(index) : null;
        }

        long id() {
            return OptionType.ID.require("argument 1", argument(0));
        }

        String text() {
            String text = OptionType.TEXT.require("argument 1", argument(0));
            if (text.length() > Topics.MAX_ID_LENGTH) {
                throw CallException.invalid(
                        "argument 1 of " + text.length() + " characters (expected: <= " + Topics.MAX_ID_LENGTH + ")");
            }
            return text;
        }

        /** Returns the roles to filter by; null if not given. */
        @Nullable
        List<String> roles() {
            List<String> roles = OptionType.TEXTS.read("argument 1", argument(0));
            if (roles != null && roles.size() > MAX_ROLES) {
                throw CallException.invalid(roles.size() + " authroles (expected: <= " + MAX_ROLES + ")");
            }
            return roles;
        }

        MetaPage page() {
            return MetaPage.of(named, rate::charge);
        }

        MatchPolicy match() {
            Map<String, ?> options = OptionType.DICT.read("argument 2", argument(1));
            MatchPolicy given =
                    options == null ? null : new OptionReader(options).enumValue("match", MatchPolicy.class, INVALID);
            return given == null ? MatchPolicy.EXACT : given;
        }
    }

    /** Result with the id after which the next page starts. */
    private record PagedResult(Object value, @Nullable Long next) {
        static PagedResult of(MetaPage.Ids page) {
            return new PagedResult(page.ids(), page.next());
        }

        Map<String, ?> named() {
            return next == null ? Map.of() : Map.of("after", next);
        }
    }

    private interface MetaProcedure {
        @Nullable
        Object invoke(MetaCall call) throws Exception;
    }

    /** Maximum number of roles in a call. */
    private static final int MAX_ROLES = 20;
    /** Number of sessions ended per loop iteration. */
    private static final int KILL_BATCH = 500;

    private final RealmRuntime realm;
    private final Map<String, MetaProcedure> procedures = new HashMap<>();

    public MetaProcedures(RealmRuntime realm) {
        this.realm = realm;
        addSessionProcedures();
        if (realm.realm().allowsSessionKill()) {
            addKillProcedures();
        }
        addRegistrationProcedures();
        addSubscriptionProcedures();
        procedures.put("wamp.session.add_testament", this::addTestament);
        procedures.put("wamp.session.flush_testaments", this::flushTestaments);
    }

    private void addSessionProcedures() {
        procedures.put("wamp.session.count", call -> realm.sessions().count(call.roles()));
        procedures.put(
                "wamp.session.list", call -> PagedResult.of(realm.sessions().page(call.page(), call.roles())));
        procedures.put("wamp.session.get", call -> session(call).details());
    }

    private void addKillProcedures() {
        procedures.put("wamp.session.kill", this::kill);
        procedures.put(
                "wamp.session.kill_by_authid",
                call -> kill(call, realm.sessions().ofUser(call.text())));
        procedures.put(
                "wamp.session.kill_by_authrole",
                call -> kill(call, realm.sessions().ofRole(call.text())).size());
        procedures.put(
                "wamp.session.kill_all",
                call -> kill(call, realm.sessions().all()).size());
    }

    private void addRegistrationProcedures() {
        procedures.put(
                "wamp.registration.list",
                call -> byMatch(
                        call.page().of(realm.dealer().byId(), entry -> isVisible(call, entry)),
                        id -> Optional.ofNullable(realm.dealer().find(id))
                                .map(entry -> entry.match)
                                .orElse(null)));
        procedures.put("wamp.registration.lookup", call -> realm.dealer()
                .registrations()
                .get(call.match(), call.text())
                .filter(entry -> isVisible(call, entry))
                .map(entry -> entry.id)
                .orElse(null));
        procedures.put("wamp.registration.match", call -> realm.dealer()
                .bestMatch(call.text())
                .filter(entry -> isVisible(call, entry))
                .map(entry -> entry.id)
                .orElse(null));
        procedures.put("wamp.registration.get", call -> MetaEvents.details(registration(call)));
        procedures.put("wamp.registration.list_callees", call -> {
            NavigableMap<Long, Registration.Callee> callees = new TreeMap<>();
            registration(call)
                    .callees()
                    .forEach(callee -> callees.put(callee.session().id(), callee));
            // all of them were scanned, whatever the page contains
            call.rate().charge(callees.size());
            return PagedResult.of(call.page().of(callees, callee -> true));
        });
        procedures.put(
                "wamp.registration.count_callees",
                call -> registration(call).callees().size());
    }

    private void addSubscriptionProcedures() {
        procedures.put(
                "wamp.subscription.list",
                call -> byMatch(
                        call.page().of(realm.subscriptions().byId(), entry -> isVisible(call, entry)),
                        id -> Optional.ofNullable(realm.subscriptions().find(id))
                                .map(entry -> entry.topic.match())
                                .orElse(null)));
        procedures.put("wamp.subscription.lookup", call -> Optional.ofNullable(
                        realm.subscriptions().find(realm.realm().topics().pattern(call.match(), validUri(call.text()))))
                .filter(entry -> isVisible(call, entry))
                .map(entry -> entry.id)
                .orElse(null));
        procedures.put("wamp.subscription.match", this::match);
        procedures.put("wamp.subscription.get", call -> MetaEvents.details(subscription(call)));
        procedures.put(
                "wamp.subscription.list_subscribers",
                call -> PagedResult.of(realm.subscriptions().members(subscription(call), call.page())));
        procedures.put("wamp.subscription.count_subscribers", call -> realm.subscriptions()
                .count(subscription(call)));
    }

    private @Nullable PagedResult match(MetaCall call) {
        NavigableMap<Long, V2Subscription> found = new TreeMap<>();
        for (Topic topic : realm.realm().topics().matching(call.text())) {
            V2Subscription subscription = realm.subscriptions().find(topic);
            if (subscription != null) {
                found.put(subscription.id, subscription);
            }
        }
        MetaPage.Ids page = call.page().of(found, entry -> isVisible(call, entry));
        return page.ids().isEmpty() && page.next() == null ? null : PagedResult.of(page);
    }

    private boolean isVisible(MetaCall call, Registration entry) {
        return realm.accessControl().isVisible(call.caller(), Authorizer.Action.CALL, entry.uri, entry.match);
    }

    private boolean isVisible(MetaCall call, V2Subscription entry) {
        return realm.accessControl()
                .isVisible(call.caller(), Authorizer.Action.SUBSCRIBE, entry.topic.id(), entry.topic.match());
    }

    /** Answers a call of a meta procedure. Returns false for other procedures. */
    public boolean handle(Call call) throws Exception {
        MetaRate rate = MetaRate.of(call.caller());
        rate.begin();
        MetaCall metaCall = new MetaCall(
                call.caller(),
                call.payload(),
                call.payload().list(),
                new OptionReader(call.payload().map()),
                rate);
        if (call.procedure().equals("wamp.subscription.get_events")
                && realm.history().isEnabled()) {
            call.result(
                    CallArguments.of(
                            metaCall.format(),
                            realm.history().query(metaCall, subscription(metaCall), realm.accessControl())),
                    false);
            return true;
        }
        MetaProcedure procedure = procedures.get(call.procedure());
        if (procedure == null) {
            return false;
        }
        Object result = procedure.invoke(metaCall);
        if (result instanceof PagedResult page) {
            call.result(CallArguments.of(List.of(page.value()), page.named()), false);
        } else {
            call.result(result == NO_RESULT ? CallArguments.EMPTY : CallArguments.of(result), false);
        }
        return true;
    }

    /** Marks a procedure without a result. */
    private static final Object NO_RESULT = new Object();

    private static String validUri(String uri) {
        if (!Uris.LOOSE.allows(uri, MatchPolicy.WILDCARD)) {
            throw new CallException("wamp.error.invalid_uri", SafeText.excerpt(uri));
        }
        return uri;
    }

    /** Groups the ids of a page by match policy. */
    private static PagedResult byMatch(MetaPage.Ids page, LongFunction<@Nullable MatchPolicy> matchOf) {
        Map<String, List<Long>> idsByMatch = new HashMap<>();
        for (MatchPolicy match : MatchPolicy.values()) {
            idsByMatch.put(MetaEvents.wireName(match), new ArrayList<>());
        }
        for (long id : page.ids()) {
            MatchPolicy match = matchOf.apply(id);
            if (match != null) { // otherwise it has just ended
                idsByMatch
                        .computeIfAbsent(MetaEvents.wireName(match), name -> new ArrayList<>())
                        .add(id);
            }
        }
        return new PagedResult(idsByMatch, page.next());
    }

    private V2Session session(MetaCall call) {
        long id = call.id();
        return require(() -> realm.sessions().find(id), "session");
    }

    private Registration registration(MetaCall call) {
        long id = call.id();
        return require(
                () -> Optional.ofNullable(realm.dealer().find(id))
                        .filter(entry -> isVisible(call, entry))
                        .orElse(null),
                "registration");
    }

    private V2Subscription subscription(MetaCall call) {
        long id = call.id();
        return require(
                () -> Optional.ofNullable(realm.subscriptions().find(id))
                        .filter(entry -> isVisible(call, entry))
                        .orElse(null),
                "subscription");
    }

    private static <T> T require(Supplier<@Nullable T> lookup, String kind) {
        T found = lookup.get();
        if (found == null) {
            throw new CallException("wamp.error.no_such_" + kind, "no such " + kind);
        }
        return found;
    }

    private Object kill(MetaCall call) {
        V2Session found = realm.sessions().find(call.id());
        // an invalid argument is an error even if the session does not exist
        if (kill(call, found == null ? List.of() : List.of(found)).isEmpty()) {
            throw new CallException("wamp.error.no_such_session", "no such session");
        }
        return NO_RESULT;
    }

    /** Ends sessions except the caller's, and returns their ids. */
    private static List<Long> kill(MetaCall call, List<V2Session> sessions) {
        String reason = Optional.ofNullable(call.named().text("reason")).orElse("wamp.close.killed");
        String message = Optional.ofNullable(call.named().text("message")).orElse("");
        if (!Uris.LOOSE.allows(reason)) {
            throw new CallException("wamp.error.invalid_uri", "reason " + SafeText.excerpt(reason));
        }
        List<V2Session> ended =
                sessions.stream().filter(session -> session != call.caller()).toList();
        kill(call.caller(), ended, reason, message);
        return ended.stream().map(V2Session::id).toList();
    }

    /** Ends sessions in batches, so that other tasks of the event loop are not delayed. */
    private static void kill(WampConnection caller, List<V2Session> sessions, String reason, String message) {
        sessions.stream().limit(KILL_BATCH).forEach(session -> session.goodbye(reason, message, 1000));
        if (sessions.size() > KILL_BATCH) {
            Runnable remaining = () -> kill(caller, sessions.subList(KILL_BATCH, sessions.size()), reason, message);
            PipelineContext.find(caller)
                    .ifPresentOrElse(pipeline -> pipeline.outbound().loop().execute(remaining), remaining);
        }
    }

    private static Testaments testaments(MetaCall call) {
        if (call.caller() instanceof V2Session session) {
            return session.testaments();
        }
        throw new CallException("wamp.error.no_such_session", "testaments require WAMP v2");
    }

    private Object addTestament(MetaCall call) throws Exception {
        String topic = call.text();
        if (!realm.realm().uris().allows(topic) || Uris.isReserved(topic)) {
            throw new CallException(
                    "wamp.error.invalid_uri",
                    "topic " + SafeText.excerpt(topic)
                            + ": invalid or reserved URI (expected: a valid URI outside \"wamp.\")");
        }
        if (!(realm.accessControl().check(call.caller(), Authorizer.Action.PUBLISH, topic)
                instanceof AccessDecision.Allow)) {
            throw new CallException("wamp.error.not_authorized", "publishing on " + topic);
        }
        OptionType.LIST.read("argument 2", call.argument(1));
        OptionType.DICT.read("argument 3", call.argument(2));
        CallArguments arguments = call.payload().nested(1, 2);
        V2PublishOptions options = V2PublishOptions.of(call.named().dict("publish_options"));
        long size = MemoryUsage.OVERHEAD
                + 2L * topic.length()
                + arguments.size()
                + options.recipients().size();
        testaments(call)
                .add(
                        new Testaments.Testament(scope(call), topic, arguments, options, size),
                        Broker.memoryUsage(call.caller()),
                        realm.realm().limits());
        return NO_RESULT;
    }

    private Object flushTestaments(MetaCall call) {
        testaments(call).flush(scope(call), Broker.memoryUsage(call.caller()));
        return NO_RESULT;
    }

    private static Testaments.Scope scope(MetaCall call) {
        Testaments.Scope given = call.named().enumValue("scope", Testaments.Scope.class, INVALID);
        return given == null ? Testaments.Scope.DESTROYED : given;
    }
}
