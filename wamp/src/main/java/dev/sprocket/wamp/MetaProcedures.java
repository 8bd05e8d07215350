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
    record Asked(WampConnection caller, CallArguments payload, List<?> arguments, OptionReader named, MetaRate rate) {
        /** In what format the caller reads. */
        Serializer format() {
            return caller instanceof V2Session session ? session.serializer() : JsonSerializer.JSON;
        }

        @Nullable
        Object at(int index) {
            return index < arguments.size() ? arguments.get(index) : null;
        }

        long id() {
            return OptionType.ID.require("argument 1", at(0));
        }

        String text() {
            String text = OptionType.TEXT.require("argument 1", at(0));
            if (text.length() > Topics.LONGEST_ID) {
                throw CallException.invalid(
                        "argument 1 of " + text.length() + " characters (expected: <= " + Topics.LONGEST_ID + ")");
            }
            return text;
        }

        /** Null if not given. */
        @Nullable
        List<String> roles() {
            List<String> roles = OptionType.TEXTS.read("argument 1", at(0));
            if (roles != null && roles.size() > MOST_ROLES) {
                throw CallException.invalid(roles.size() + " authroles (expected: <= " + MOST_ROLES + ")");
            }
            return roles;
        }

        MetaPage page() {
            return MetaPage.of(named, rate::looked);
        }

        MatchPolicy match() {
            Map<String, ?> options = OptionType.DICT.read("argument 2", at(1));
            MatchPolicy given =
                    options == null ? null : new OptionReader(options).word("match", MatchPolicy.class, INVALID);
            return given == null ? MatchPolicy.EXACT : given;
        }
    }

    /** A value, and from which id the next page of it begins. */
    private record Answer(Object value, @Nullable Long next) {
        static Answer of(MetaPage.Found page) {
            return new Answer(page.ids(), page.next());
        }

        Map<String, ?> named() {
            return next == null ? Map.of() : Map.of("after", next);
        }
    }

    private interface Procedure {
        @Nullable
        Object answer(Asked asked) throws Exception;
    }

    /** How many roles a client may ask for at once. */
    private static final int MOST_ROLES = 20;
    /** How many sessions are ended in a turn. */
    private static final int SLICE = 500;

    private final RealmRuntime realm;
    private final Map<String, Procedure> procedures = new HashMap<>();

    MetaProcedures(RealmRuntime realm) {
        this.realm = realm;
        sessions();
        if (realm.realm().letsKill()) {
            killing();
        }
        registrations();
        subscriptions();
        procedures.put("wamp.session.add_testament", this::addTestament);
        procedures.put("wamp.session.flush_testaments", this::flushTestaments);
    }

    private void sessions() {
        procedures.put("wamp.session.count", asked -> realm.sessions().count(asked.roles()));
        procedures.put("wamp.session.list", asked -> Answer.of(realm.sessions().page(asked.page(), asked.roles())));
        procedures.put("wamp.session.get", asked -> session(asked).details());
    }

    private void killing() {
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

    private void registrations() {
        procedures.put(
                "wamp.registration.list",
                asked -> byMatch(
                        asked.page().of(realm.dealer().byId(), one -> shows(asked, one)),
                        id -> Optional.ofNullable(realm.dealer().find(id))
                                .map(one -> one.match)
                                .orElse(null)));
        procedures.put("wamp.registration.lookup", asked -> realm.dealer()
                .registrations()
                .get(asked.match(), asked.text())
                .filter(one -> shows(asked, one))
                .map(one -> one.id)
                .orElse(null));
        procedures.put("wamp.registration.match", asked -> realm.dealer()
                .best(asked.text())
                .filter(one -> shows(asked, one))
                .map(one -> one.id)
                .orElse(null));
        procedures.put("wamp.registration.get", asked -> MetaEvents.details(registration(asked)));
        procedures.put("wamp.registration.list_callees", asked -> {
            NavigableMap<Long, Registration.Place> places = new TreeMap<>();
            registration(asked)
                    .places()
                    .forEach(place -> places.put(place.callee().id(), place));
            // all of them were looked at, whatever the page shows
            asked.rate().looked(places.size());
            return Answer.of(asked.page().of(places, place -> true));
        });
        procedures.put(
                "wamp.registration.count_callees",
                asked -> registration(asked).places().size());
    }

    private void subscriptions() {
        procedures.put(
                "wamp.subscription.list",
                asked -> byMatch(
                        asked.page().of(realm.subscriptions().byId(), one -> shows(asked, one)),
                        id -> Optional.ofNullable(realm.subscriptions().find(id))
                                .map(one -> one.topic.match())
                                .orElse(null)));
        procedures.put("wamp.subscription.lookup", asked -> Optional.ofNullable(realm.subscriptions()
                        .find(realm.realm().topics().pattern(asked.match(), checked(asked.text()))))
                .filter(one -> shows(asked, one))
                .map(one -> one.id)
                .orElse(null));
        procedures.put("wamp.subscription.match", this::match);
        procedures.put("wamp.subscription.get", asked -> MetaEvents.details(subscription(asked)));
        procedures.put(
                "wamp.subscription.list_subscribers",
                asked -> Answer.of(realm.subscriptions().members(subscription(asked), asked.page())));
        procedures.put("wamp.subscription.count_subscribers", asked -> realm.subscriptions()
                .count(subscription(asked)));
    }

    private @Nullable Answer match(Asked asked) {
        NavigableMap<Long, V2Subscription> found = new TreeMap<>();
        for (Topic topic : realm.realm().topics().matching(asked.text())) {
            V2Subscription subscription = realm.subscriptions().find(topic);
            if (subscription != null) {
                found.put(subscription.id, subscription);
            }
        }
        MetaPage.Found page = asked.page().of(found, one -> shows(asked, one));
        return page.ids().isEmpty() && page.next() == null ? null : Answer.of(page);
    }

    private boolean shows(Asked asked, Registration one) {
        return realm.authorization().shows(asked.caller(), Authorizer.Action.CALL, one.uri, one.match);
    }

    private boolean shows(Asked asked, V2Subscription one) {
        return realm.authorization()
                .shows(asked.caller(), Authorizer.Action.SUBSCRIBE, one.topic.id(), one.topic.match());
    }

    /** Answers a call of one of these. Returns false if it is none. */
    boolean call(Call call) throws Exception {
        MetaRate rate = MetaRate.of(call.caller());
        rate.begin();
        Asked asked = new Asked(
                call.caller(),
                call.payload(),
                call.payload().list(),
                new OptionReader(call.payload().map()),
                rate);
        if (call.procedure().equals("wamp.subscription.get_events")
                && realm.history().isOn()) {
            call.result(
                    CallArguments.of(
                            asked.format(), realm.history().events(asked, subscription(asked), realm.authorization())),
                    false);
            return true;
        }
        Procedure procedure = procedures.get(call.procedure());
        if (procedure == null) {
            return false;
        }
        Object answer = procedure.answer(asked);
        if (answer instanceof Answer page) {
            call.result(CallArguments.of(List.of(page.value()), page.named()), false);
        } else {
            call.result(answer == NOTHING ? CallArguments.NONE : CallArguments.of(answer), false);
        }
        return true;
    }

    /** What is answered by a procedure that has nothing to say. */
    private static final Object NOTHING = new Object();

    private static String checked(String uri) {
        if (!Uris.LOOSE.allows(uri, MatchPolicy.WILDCARD)) {
            throw new CallException("wamp.error.invalid_uri", SafeText.excerpt(uri));
        }
        return uri;
    }

    /** The ids of a page by how their URIs match. */
    private static Answer byMatch(MetaPage.Found page, LongFunction<@Nullable MatchPolicy> matchOf) {
        Map<String, List<Long>> all = new HashMap<>();
        for (MatchPolicy match : MatchPolicy.values()) {
            all.put(MetaEvents.word(match), new ArrayList<>());
        }
        for (long id : page.ids()) {
            MatchPolicy match = matchOf.apply(id);
            if (match != null) { // else it has just ended
                all.computeIfAbsent(MetaEvents.word(match), word -> new ArrayList<>())
                        .add(id);
            }
        }
        return new Answer(all, page.next());
    }

    private V2Session session(Asked asked) {
        long id = asked.id();
        return found(() -> realm.sessions().find(id), "session");
    }

    private Registration registration(Asked asked) {
        long id = asked.id();
        return found(
                () -> Optional.ofNullable(realm.dealer().find(id))
                        .filter(one -> shows(asked, one))
                        .orElse(null),
                "registration");
    }

    private V2Subscription subscription(Asked asked) {
        long id = asked.id();
        return found(
                () -> Optional.ofNullable(realm.subscriptions().find(id))
                        .filter(one -> shows(asked, one))
                        .orElse(null),
                "subscription");
    }

    private static <T> T found(Supplier<@Nullable T> looking, String what) {
        T found = looking.get();
        if (found == null) {
            throw new CallException("wamp.error.no_such_" + what, "no such " + what);
        }
        return found;
    }

    private Object kill(Asked asked) {
        V2Session found = realm.sessions().find(asked.id());
        // a wrong argument is an error, whether or not there is a session
        if (kill(asked, found == null ? List.of() : List.of(found)).isEmpty()) {
            throw new CallException("wamp.error.no_such_session", "no such session");
        }
        return NOTHING;
    }

    /** Ends some sessions, but the caller's own, and returns their ids. */
    private static List<Long> kill(Asked asked, List<V2Session> which) {
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
        some.stream().limit(SLICE).forEach(one -> one.goodbye(reason, message, 1000));
        if (some.size() > SLICE) {
            Runnable rest = () -> kill(caller, some.subList(SLICE, some.size()), reason, message);
            PipelineContext.find(caller)
                    .ifPresentOrElse(segment -> segment.outbound().loop().execute(rest), rest);
        }
    }

    private static Testaments testaments(Asked asked) {
        if (asked.caller() instanceof V2Session session) {
            return session.testaments();
        }
        throw new CallException("wamp.error.no_such_session", "testaments are for clients of WAMP v2");
    }

    private Object addTestament(Asked asked) throws Exception {
        String topic = asked.text();
        if (!realm.realm().uris().allows(topic) || Uris.isReserved(topic)) {
            throw new CallException("wamp.error.invalid_uri", "topic " + SafeText.excerpt(topic));
        }
        if (!(realm.authorization().ask(asked.caller(), Authorizer.Action.PUBLISH, topic)
                instanceof AccessDecision.Allow)) {
            throw new CallException("wamp.error.not_authorized", "publishing on " + topic);
        }
        OptionType.LIST.read("argument 2", asked.at(1));
        OptionType.DICT.read("argument 3", asked.at(2));
        CallArguments arguments = asked.payload().nested(1, 2);
        V2PublishOptions options = V2PublishOptions.of(asked.named().dict("publish_options"));
        long size = MemoryUsage.OVERHEAD
                + 2L * topic.length()
                + arguments.size()
                + options.terms().size();
        testaments(asked)
                .add(
                        new Testaments.Testament(scope(asked), topic, arguments, options, size),
                        Broker.holdings(asked.caller()),
                        realm.realm().limits());
        return NOTHING;
    }

    private Object flushTestaments(Asked asked) {
        testaments(asked).flush(scope(asked), Broker.holdings(asked.caller()));
        return NOTHING;
    }

    private static Testaments.Scope scope(Asked asked) {
        Testaments.Scope given = asked.named().word("scope", Testaments.Scope.class, INVALID);
        return given == null ? Testaments.Scope.DESTROYED : given;
    }
}
