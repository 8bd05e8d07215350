package dev.sprocket.wamp;

import dev.sprocket.pubsub.Match;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The procedures by which a realm tells of itself, {@code wamp.…}: sessions, registrations, subscriptions, testaments, history.
 *
 * <p>Threads: any.
 */
final class MetaProcedures {
    private static final String INVALID = "wamp.error.invalid_argument";

    /** What a procedure is called with. */
    record Asked(WampConnection caller, List<?> arguments, Options named) {
        @Nullable
        Object at(int index) {
            return index < arguments.size() ? arguments.get(index) : null;
        }

        long id() {
            return OptionType.ID.require("argument 1", at(0));
        }

        String text() {
            return OptionType.TEXT.require("argument 1", at(0));
        }

        Match match() {
            Map<String, ?> options = OptionType.DICT.read("argument 2", at(1));
            Match given = options == null ? null : new Options(options).word("match", Match.class, INVALID);
            return given == null ? Match.EXACT : given;
        }
    }

    private interface Procedure {
        @Nullable
        Object answer(Asked asked) throws Exception;
    }

    private final RunningRealm realm;
    private final Map<String, Procedure> procedures = new HashMap<>();

    MetaProcedures(RunningRealm realm) {
        this.realm = realm;
        procedures.put("wamp.session.count", asked -> sessions(asked).size());
        procedures.put(
                "wamp.session.list",
                asked -> sessions(asked).stream().map(V2Session::id).toList());
        procedures.put("wamp.session.get", asked -> session(asked).details());
        if (realm.realm().letsKill()) {
            procedures.put("wamp.session.kill", this::kill);
            procedures.put("wamp.session.kill_by_authid", asked -> kill(asked, asked.text(), Identity::authid));
            procedures.put("wamp.session.kill_by_authrole", asked -> kill(asked, asked.text(), Identity::authrole)
                    .size());
            procedures.put(
                    "wamp.session.kill_all", asked -> kill(asked, one -> true).size());
        }
        procedures.put(
                "wamp.registration.list",
                asked -> byMatch(match -> realm.dealer().registrations().all(match).stream()
                        .map(one -> one.id)
                        .toList()));
        procedures.put("wamp.registration.lookup", asked -> realm.dealer()
                .registrations()
                .get(asked.match(), asked.text())
                .map(one -> one.id)
                .orElse(null));
        procedures.put("wamp.registration.match", asked -> realm.dealer()
                .registrations()
                .best(asked.text())
                .map(one -> one.id)
                .orElse(null));
        procedures.put("wamp.registration.get", asked -> MetaEvents.details(registration(asked)));
        procedures.put("wamp.registration.list_callees", asked -> registration(asked).places().stream()
                .map(place -> place.callee().id())
                .toList());
        procedures.put(
                "wamp.registration.count_callees",
                asked -> registration(asked).places().size());
        procedures.put(
                "wamp.subscription.list",
                asked -> byMatch(match -> realm.subscriptions().all().stream()
                        .filter(one -> one.topic.match() == match)
                        .map(one -> one.id)
                        .toList()));
        procedures.put("wamp.subscription.lookup", asked -> Optional.ofNullable(realm.subscriptions()
                        .find(realm.realm().topics().pattern(asked.match(), checked(asked.text()))))
                .map(one -> one.id)
                .orElse(null));
        procedures.put("wamp.subscription.match", asked -> {
            String name = asked.text();
            List<Long> found = realm.subscriptions().all().stream()
                    .filter(one -> one.topic.match().fits(one.topic.id(), name))
                    .map(one -> one.id)
                    .toList();
            return found.isEmpty() ? null : found;
        });
        procedures.put("wamp.subscription.get", asked -> MetaEvents.details(subscription(asked)));
        procedures.put("wamp.subscription.list_subscribers", asked -> realm.subscriptions()
                .members(subscription(asked)));
        procedures.put(
                "wamp.subscription.count_subscribers",
                asked -> realm.subscriptions().members(subscription(asked)).size());
        procedures.put("wamp.session.add_testament", this::addTestament);
        procedures.put("wamp.session.flush_testaments", this::flushTestaments);
    }

    /** Answers a call of one of these. Returns false if it is none. */
    boolean call(Call call) throws Exception {
        Asked asked = new Asked(
                call.caller(), call.payload().list(), new Options(call.payload().map()));
        if (call.procedure().equals("wamp.subscription.get_events")
                && realm.history().isOn()) {
            call.result(
                    Arguments.of(realm.history().events(asked, subscription(asked), realm.authorization()), Map.of()),
                    false);
            return true;
        }
        Procedure procedure = procedures.get(call.procedure());
        if (procedure == null) {
            return false;
        }
        Object answer = procedure.answer(asked);
        call.result(answer == NOTHING ? Arguments.NONE : Arguments.of(answer), false);
        return true;
    }

    /** What is answered by a procedure that has nothing to say. */
    private static final Object NOTHING = new Object();

    private static String checked(String uri) {
        if (!Uris.LOOSE.allows(uri, Match.WILDCARD)) {
            throw new CallException("wamp.error.invalid_uri", Shown.of(uri));
        }
        return uri;
    }

    private static Map<String, List<Long>> byMatch(Function<Match, List<Long>> ids) {
        Map<String, List<Long>> all = new HashMap<>();
        for (Match match : Match.values()) {
            all.put(MetaEvents.word(match), ids.apply(match));
        }
        return all;
    }

    /** All, or those in the roles that are asked for. */
    private Collection<V2Session> sessions(Asked asked) {
        List<String> roles = OptionType.TEXTS.read("argument 1", asked.at(0));
        if (roles == null) {
            return realm.sessions();
        }
        return realm.sessions().stream()
                .filter(one -> roles.contains(one.identity().authrole()))
                .toList();
    }

    private V2Session session(Asked asked) {
        long id = asked.id();
        return found(() -> realm.session(id), "session");
    }

    private Registration registration(Asked asked) {
        long id = asked.id();
        return found(() -> realm.dealer().find(id), "registration");
    }

    private V2Subscription subscription(Asked asked) {
        long id = asked.id();
        return found(() -> realm.subscriptions().find(id), "subscription");
    }

    private static <T> T found(Supplier<@Nullable T> looking, String what) {
        T found = looking.get();
        if (found == null) {
            throw new CallException("wamp.error.no_such_" + what, "no such " + what);
        }
        return found;
    }

    private Object kill(Asked asked) {
        long id = asked.id();
        if (kill(asked, one -> one.id() == id).isEmpty()) {
            throw new CallException("wamp.error.no_such_session", "no such session");
        }
        return NOTHING;
    }

    private List<Long> kill(Asked asked, String name, Function<Identity, String> property) {
        return kill(asked, one -> property.apply(one.identity()).equals(name));
    }

    /** Ends some sessions, but the caller's own, and returns their ids. */
    private List<Long> kill(Asked asked, Predicate<V2Session> which) {
        String reason = Optional.ofNullable(asked.named().text("reason")).orElse("wamp.close.killed");
        String message = Optional.ofNullable(asked.named().text("message")).orElse("");
        if (!Uris.LOOSE.allows(reason)) {
            throw new CallException("wamp.error.invalid_uri", "reason " + Shown.of(reason));
        }
        List<V2Session> ended = realm.sessions().stream()
                .filter(one -> one != asked.caller() && which.test(one))
                .toList();
        ended.forEach(one -> one.goodbye(reason, message, 1000));
        return ended.stream().map(V2Session::id).toList();
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
            throw new CallException("wamp.error.invalid_uri", "topic " + Shown.of(topic));
        }
        if (!(realm.authorization().ask(asked.caller(), Authorizer.Action.PUBLISH, topic) instanceof Decision.Allow)) {
            throw new CallException("wamp.error.not_authorized", "publishing on " + topic);
        }
        List<?> list = OptionType.LIST.read("argument 2", asked.at(1));
        Map<String, ?> map = OptionType.DICT.read("argument 3", asked.at(2));
        testaments(asked)
                .add(
                        scope(asked),
                        topic,
                        Arguments.of(list == null ? List.of() : list, map == null ? Map.of() : map),
                        V2PublishOptions.of(asked.named().dict("publish_options")));
        return NOTHING;
    }

    private Object flushTestaments(Asked asked) {
        testaments(asked).flush(scope(asked));
        return NOTHING;
    }

    private static Testaments.Scope scope(Asked asked) {
        Testaments.Scope given = asked.named().word("scope", Testaments.Scope.class, INVALID);
        return given == null ? Testaments.Scope.DESTROYED : given;
    }
}
