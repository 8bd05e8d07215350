package dev.sprocket.wamp;

import com.google.errorprone.annotations.ThreadSafe;
import dev.sprocket.core.spi.PipelineContext;
import dev.sprocket.core.spi.SafeText;
import dev.sprocket.pubsub.MatchPolicy;
import dev.sprocket.pubsub.Topic;
import dev.sprocket.pubsub.Topics;
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
 * The procedures by which a realm tells of itself, {@code wamp.…}: sessions, registrations, subscriptions, testaments, history.
 */
@ThreadSafe
final class MetaProcedures {
    private static final String INVALID = "wamp.error.invalid_argument";

    /** What a procedure is called with. */
    record MetaCall(
            WampConnection caller, CallArguments payload, List<?> arguments, OptionReader named, MetaRate rate) {
        /** In what format the caller reads. */
        Serializer format() {
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

        /** Null if not given. */
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

    /** A value, and from which id the next page of it begins. */
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
        Object invoke(MetaCall asked) throws Exception;
    }

    /** How many roles a client may ask for at once. */
    private static final int MAX_ROLES = 20;
    /** How many sessions are ended in a turn. */
    private static final int KILL_BATCH = 500;

    private final RealmRuntime realm;
    private final Map<String, MetaProcedure> procedures = new HashMap<>();

    MetaProcedures(RealmRuntime realm) {
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
        procedures.put("wamp.session.count", asked -> realm.sessions().count(asked.roles()));
        procedures.put(
                "wamp.session.list", asked -> PagedResult.of(realm.sessions().page(asked.page(), asked.roles())));
        procedures.put("wamp.session.get", asked -> session(asked).details());
    }

    private void addKillProcedures() {
        procedures.put("wamp.session.kill", this::kill);
        procedures.put(
                "wamp.session.kill_by_authid",
                asked -> kill(asked, realm.sessions().ofUser(asked.text())));
        procedures.put(
                "wamp.session.kill_by_authrole",
                asked -> kill(asked, realm.sessions().ofRole(asked.text())).size());
        procedures.put(
                "wamp.session.kill_all",
                asked -> kill(asked, realm.sessions().all()).size());
    }

    private void addRegistrationProcedures() {
        procedures.put(
                "wamp.registration.list",
                asked -> byMatch(
                        asked.page().of(realm.dealer().byId(), one -> isVisible(asked, one)),
                        id -> Optional.ofNullable(realm.dealer().find(id))
                                .map(one -> one.match)
                                .orElse(null)));
        procedures.put("wamp.registration.lookup", asked -> realm.dealer()
                .registrations()
                .get(asked.match(), asked.text())
                .filter(one -> isVisible(asked, one))
                .map(one -> one.id)
                .orElse(null));
        procedures.put("wamp.registration.match", asked -> realm.dealer()
                .bestMatch(asked.text())
                .filter(one -> isVisible(asked, one))
                .map(one -> one.id)
                .orElse(null));
        procedures.put("wamp.registration.get", asked -> MetaEvents.details(registration(asked)));
        procedures.put("wamp.registration.list_callees", asked -> {
            NavigableMap<Long, Registration.Callee> places = new TreeMap<>();
            registration(asked)
                    .callees()
                    .forEach(place -> places.put(place.session().id(), place));
            // all of them were looked at, whatever the page shows
            asked.rate().charge(places.size());
            return PagedResult.of(asked.page().of(places, place -> true));
        });
        procedures.put(
                "wamp.registration.count_callees",
                asked -> registration(asked).callees().size());
    }

    private void addSubscriptionProcedures() {
        procedures.put(
                "wamp.subscription.list",
                asked -> byMatch(
                        asked.page().of(realm.subscriptions().byId(), one -> isVisible(asked, one)),
                        id -> Optional.ofNullable(realm.subscriptions().find(id))
                                .map(one -> one.topic.match())
                                .orElse(null)));
        procedures.put("wamp.subscription.lookup", asked -> Optional.ofNullable(realm.subscriptions()
                        .find(realm.realm().topics().pattern(asked.match(), validUri(asked.text()))))
                .filter(one -> isVisible(asked, one))
                .map(one -> one.id)
                .orElse(null));
        procedures.put("wamp.subscription.match", this::match);
        procedures.put("wamp.subscription.get", asked -> MetaEvents.details(subscription(asked)));
        procedures.put(
                "wamp.subscription.list_subscribers",
                asked -> PagedResult.of(realm.subscriptions().members(subscription(asked), asked.page())));
        procedures.put("wamp.subscription.count_subscribers", asked -> realm.subscriptions()
                .count(subscription(asked)));
    }

    private @Nullable PagedResult match(MetaCall asked) {
        NavigableMap<Long, V2Subscription> found = new TreeMap<>();
        for (Topic topic : realm.realm().topics().matching(asked.text())) {
            V2Subscription subscription = realm.subscriptions().find(topic);
            if (subscription != null) {
                found.put(subscription.id, subscription);
            }
        }
        MetaPage.Ids page = asked.page().of(found, one -> isVisible(asked, one));
        return page.ids().isEmpty() && page.next() == null ? null : PagedResult.of(page);
    }

    private boolean isVisible(MetaCall asked, Registration one) {
        return realm.accessControl().isVisible(asked.caller(), Authorizer.Action.CALL, one.uri, one.match);
    }

    private boolean isVisible(MetaCall asked, V2Subscription one) {
        return realm.accessControl()
                .isVisible(asked.caller(), Authorizer.Action.SUBSCRIBE, one.topic.id(), one.topic.match());
    }

    /** Answers a call of one of these. Returns false if it is none. */
    boolean call(Call call) throws Exception {
        MetaRate rate = MetaRate.of(call.caller());
        rate.begin();
        MetaCall asked = new MetaCall(
                call.caller(),
                call.payload(),
                call.payload().list(),
                new OptionReader(call.payload().map()),
                rate);
        if (call.procedure().equals("wamp.subscription.get_events")
                && realm.history().isEnabled()) {
            call.result(
                    CallArguments.of(
                            asked.format(), realm.history().query(asked, subscription(asked), realm.accessControl())),
                    false);
            return true;
        }
        MetaProcedure procedure = procedures.get(call.procedure());
        if (procedure == null) {
            return false;
        }
        Object answer = procedure.invoke(asked);
        if (answer instanceof PagedResult page) {
            call.result(CallArguments.of(List.of(page.value()), page.named()), false);
        } else {
            call.result(answer == NO_RESULT ? CallArguments.EMPTY : CallArguments.of(answer), false);
        }
        return true;
    }

    /** What is answered by a procedure that has nothing to say. */
    private static final Object NO_RESULT = new Object();

    private static String validUri(String uri) {
        if (!Uris.LOOSE.allows(uri, MatchPolicy.WILDCARD)) {
            throw new CallException("wamp.error.invalid_uri", SafeText.excerpt(uri));
        }
        return uri;
    }

    /** The ids of a page by how their URIs match. */
    private static PagedResult byMatch(MetaPage.Ids page, LongFunction<@Nullable MatchPolicy> matchOf) {
        Map<String, List<Long>> all = new HashMap<>();
        for (MatchPolicy match : MatchPolicy.values()) {
            all.put(MetaEvents.wireName(match), new ArrayList<>());
        }
        for (long id : page.ids()) {
            MatchPolicy match = matchOf.apply(id);
            if (match != null) { // else it has just ended
                all.computeIfAbsent(MetaEvents.wireName(match), word -> new ArrayList<>())
                        .add(id);
            }
        }
        return new PagedResult(all, page.next());
    }

    private V2Session session(MetaCall asked) {
        long id = asked.id();
        return require(() -> realm.sessions().find(id), "session");
    }

    private Registration registration(MetaCall asked) {
        long id = asked.id();
        return require(
                () -> Optional.ofNullable(realm.dealer().find(id))
                        .filter(one -> isVisible(asked, one))
                        .orElse(null),
                "registration");
    }

    private V2Subscription subscription(MetaCall asked) {
        long id = asked.id();
        return require(
                () -> Optional.ofNullable(realm.subscriptions().find(id))
                        .filter(one -> isVisible(asked, one))
                        .orElse(null),
                "subscription");
    }

    private static <T> T require(Supplier<@Nullable T> looking, String what) {
        T found = looking.get();
        if (found == null) {
            throw new CallException("wamp.error.no_such_" + what, "no such " + what);
        }
        return found;
    }

    private Object kill(MetaCall asked) {
        V2Session found = realm.sessions().find(asked.id());
        // a wrong argument is an error, whether or not there is a session
        if (kill(asked, found == null ? List.of() : List.of(found)).isEmpty()) {
            throw new CallException("wamp.error.no_such_session", "no such session");
        }
        return NO_RESULT;
    }

    /** Ends some sessions, but the caller's own, and returns their ids. */
    private static List<Long> kill(MetaCall asked, List<V2Session> which) {
        String reason = Optional.ofNullable(asked.named().text("reason")).orElse("wamp.close.killed");
        String message = Optional.ofNullable(asked.named().text("message")).orElse("");
        if (!Uris.LOOSE.allows(reason)) {
            throw new CallException("wamp.error.invalid_uri", "reason " + SafeText.excerpt(reason));
        }
        List<V2Session> ended =
                which.stream().filter(one -> one != asked.caller()).toList();
        kill(asked.caller(), ended, reason, message);
        return ended.stream().map(V2Session::id).toList();
    }

    /** Ends them in slices, so that others have their turns between them. */
    private static void kill(WampConnection caller, List<V2Session> some, String reason, String message) {
        some.stream().limit(KILL_BATCH).forEach(one -> one.goodbye(reason, message, 1000));
        if (some.size() > KILL_BATCH) {
            Runnable rest = () -> kill(caller, some.subList(KILL_BATCH, some.size()), reason, message);
            PipelineContext.find(caller)
                    .ifPresentOrElse(segment -> segment.outbound().loop().execute(rest), rest);
        }
    }

    private static Testaments testaments(MetaCall asked) {
        if (asked.caller() instanceof V2Session session) {
            return session.testaments();
        }
        throw new CallException("wamp.error.no_such_session", "testaments are for clients of WAMP v2");
    }

    private Object addTestament(MetaCall asked) throws Exception {
        String topic = asked.text();
        if (!realm.realm().uris().allows(topic) || Uris.isReserved(topic)) {
            throw new CallException("wamp.error.invalid_uri", "topic " + SafeText.excerpt(topic));
        }
        if (!(realm.accessControl().check(asked.caller(), Authorizer.Action.PUBLISH, topic)
                instanceof AccessDecision.Allow)) {
            throw new CallException("wamp.error.not_authorized", "publishing on " + topic);
        }
        OptionType.LIST.read("argument 2", asked.argument(1));
        OptionType.DICT.read("argument 3", asked.argument(2));
        CallArguments arguments = asked.payload().nested(1, 2);
        V2PublishOptions options = V2PublishOptions.of(asked.named().dict("publish_options"));
        long size = MemoryUsage.OVERHEAD
                + 2L * topic.length()
                + arguments.size()
                + options.recipients().size();
        testaments(asked)
                .add(
                        new Testaments.Testament(scope(asked), topic, arguments, options, size),
                        Broker.memoryUsage(asked.caller()),
                        realm.realm().limits());
        return NO_RESULT;
    }

    private Object flushTestaments(MetaCall asked) {
        testaments(asked).flush(scope(asked), Broker.memoryUsage(asked.caller()));
        return NO_RESULT;
    }

    private static Testaments.Scope scope(MetaCall asked) {
        Testaments.Scope given = asked.named().enumValue("scope", Testaments.Scope.class, INVALID);
        return given == null ? Testaments.Scope.DESTROYED : given;
    }
}
