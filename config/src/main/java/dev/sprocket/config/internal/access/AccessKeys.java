package dev.sprocket.config.internal.access;

import com.typesafe.config.ConfigObject;
import dev.sprocket.core.flow.OutboundLimit;
import dev.sprocket.plugin.config.Option;
import dev.sprocket.plugin.config.Settings;
import dev.sprocket.pubsub.TopicSettings;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** Keys of the tables {@code topics}, {@code procedures} and {@code default-access}. */
public final class AccessKeys {
    // topics
    static final Option<Optional<List<String>>> SUBSCRIBE = grant(
            "subscribe",
            "Who may subscribe to the topics and read their events: anyone, authenticated, nobody, self (the user"
                    + " whose id fills {user}), token (a token that names the topic), backend, role x, or a list of these;"
                    + " default: subscribe of default-access");
    static final Option<Optional<List<String>>> PUBLISH = grant(
            "publish",
            "Who may publish on the topics: the same words, or subscribers; default: publish of default-access");
    static final Option<Optional<String>> RATE = Option.optionalString(
                    "rate",
                    "Maximum number of events of one connection to topics of this rule, such as 5/s or 100/m; beyond it"
                            + " they are refused; default: no limit")
            .checked(rate -> rate.ifPresent(Rate::of));
    static final Option<Duration> BATCH_WINDOW = Option.duration(
                    "batch-window",
                    Duration.ZERO,
                    "Maximum delay of an event, to send it together with later ones (at most 1m); 0s"
                            + " sends at once; useful for busy topics")
            .checked(AccessKeys::batchWindow);
    static final Option<Optional<OutboundLimit.Overflow>> OVERFLOW = Option.optionalChoice(
            "overflow",
            OutboundLimit.Overflow.class,
            "Action for events to subscribers beyond outbound-limit: close disconnects;"
                    + " drop-newest and drop-oldest lose events; conflate keeps only the latest pending"
                    + " event; default: the overflow of the listener, and with history slow readers receive the"
                    + " events later");

    static final Option<Integer> HISTORY_SIZE =
            Option.number("size", 100, 1, 1_000_000, "Maximum number of events of a topic");
    static final Option<Duration> HISTORY_TTL = Option.duration(
                    "ttl", Duration.ofHours(1), "Time for which an event is kept")
            .checked(AccessKeys::ttl);
    static final Option<Integer> HISTORY_MAX_BYTES = Option.size(
                    "max-bytes",
                    (int) TopicSettings.History.DEFAULT_BYTES,
                    "Maximum memory of the events of a topic; beyond it the oldest are removed")
            .positive();
    static final Option<Optional<Settings>> HISTORY = Option.object(
            "history",
            List.of(HISTORY_SIZE, HISTORY_TTL, HISTORY_MAX_BYTES),
            "Keep events of the topics, for clients that return and for slow readers; default: none are kept");

    // procedures
    static final Option<Optional<List<String>>> CALL = grant(
            "call",
            "Who may call the procedures: anyone, authenticated, nobody, self, token, role x, or a list of these;"
                    + " default: call of default-access");
    static final Option<Optional<List<String>>> REGISTER =
            grant("register", "Who may register the procedures: the same words; default: register of default-access");
    static final Option<Boolean> HIDDEN =
            Option.flag("hidden", false, "Answer a denied call as one of an unknown procedure");

    static final List<Option<?>> TOPIC_KEYS = List.of(SUBSCRIBE, PUBLISH, RATE, BATCH_WINDOW, OVERFLOW, HISTORY);
    static final List<Option<?>> PROCEDURE_KEYS = List.of(CALL, REGISTER, HIDDEN);

    /** Table of topics. */
    public static final Option<Optional<ConfigObject>> TOPICS = Option.rawObject(
            "topics",
            "objects by name",
            TOPIC_KEYS,
            "Access and delivery of topics, by quoted name: \"news\", \"news.*\" for every name that begins so,"
                    + " \"room.{room}\" for one component; the most specific name applies, and only it");
    /** Table of procedures. */
    public static final Option<Optional<ConfigObject>> PROCEDURES = Option.rawObject(
            "procedures", "objects by name", PROCEDURE_KEYS, "Access to procedures, by quoted name as in topics");

    // default-access
    static final Option<List<String>> DEFAULT_SUBSCRIBE =
            defaults("subscribe", "authenticated", "Who may subscribe to topics and read their events");
    static final Option<List<String>> DEFAULT_PUBLISH = defaults("publish", "backend", "Who may publish on topics");
    static final Option<List<String>> DEFAULT_CALL = defaults("call", "authenticated", "Who may call procedures");
    static final Option<List<String>> DEFAULT_REGISTER = defaults("register", "nobody", "Who may register procedures");
    /** Access to names that no rule names. */
    public static final Option<Optional<Settings>> DEFAULT_ACCESS = Option.object(
            "default-access",
            List.of(DEFAULT_SUBSCRIBE, DEFAULT_PUBLISH, DEFAULT_CALL, DEFAULT_REGISTER),
            "Access where no rule of topics and procedures says otherwise");

    /** All tables. */
    public static final List<Option<?>> TABLES = List.of(TOPICS, PROCEDURES, DEFAULT_ACCESS);

    private AccessKeys() {}

    private static Option<Optional<List<String>>> grant(String name, String description) {
        return Option.optionalStrings(name, description, Words::check);
    }

    private static Option<List<String>> defaults(String name, String word, String description) {
        return Option.strings(name, List.of(word), description, Words::check);
    }

    private static void ttl(Duration ttl) {
        if (ttl.isZero()) {
            throw new IllegalArgumentException("0s (expected: more than 0s)");
        }
    }

    private static void batchWindow(Duration window) {
        if (window.compareTo(Duration.ofMinutes(1)) > 0) {
            throw new IllegalArgumentException(window + " (expected: 0s-1m)");
        }
    }
}
