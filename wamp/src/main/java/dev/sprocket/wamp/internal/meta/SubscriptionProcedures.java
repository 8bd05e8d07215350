package dev.sprocket.wamp.internal.meta;

import dev.sprocket.core.internal.text.SafeText;
import dev.sprocket.pubsub.Topic;
import dev.sprocket.pubsub.Topics;
import dev.sprocket.pubsub.access.AccessDecision;
import dev.sprocket.pubsub.access.Action;
import dev.sprocket.pubsub.pattern.MatchPolicy;
import dev.sprocket.wamp.CallException;
import dev.sprocket.wamp.internal.broker.V2Subscription;
import dev.sprocket.wamp.internal.broker.V2Subscriptions;
import dev.sprocket.wamp.internal.history.HistoryRequest;
import dev.sprocket.wamp.internal.id.Uris;
import dev.sprocket.wamp.internal.session.SessionAccess;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Procedures below {@code wamp.subscription.}, including the events that topics keep. */
public final class SubscriptionProcedures {
    private final V2Subscriptions subscriptions;
    private final Topics topics;
    private final SessionAccess accessControl;

    /** Creates the procedures for the subscriptions of these topics. */
    public SubscriptionProcedures(V2Subscriptions subscriptions, Topics topics, SessionAccess accessControl) {
        this.subscriptions = subscriptions;
        this.topics = topics;
        this.accessControl = accessControl;
    }

    void addTo(Map<String, MetaProcedure> procedures) {
        procedures.put("wamp.subscription.list", this::list);
        procedures.put("wamp.subscription.lookup", this::lookup);
        procedures.put("wamp.subscription.match", this::match);
        procedures.put("wamp.subscription.get", call -> MetaEvents.details(subscription(call)));
        procedures.put("wamp.subscription.list_subscribers", this::listSubscribers);
        procedures.put("wamp.subscription.count_subscribers", call -> subscriptions.count(subscription(call)));
        procedures.put("wamp.subscription.get_events", this::getEvents);
    }

    private Object list(MetaCall call) {
        MetaPage.Ids page = call.page().of(subscriptions.byId(), entry -> isVisible(call, entry));
        return PagedResult.byMatch(page, id -> {
            V2Subscription found = subscriptions.find(id);
            return found == null ? null : found.topic.match();
        });
    }

    private @Nullable Long lookup(MetaCall call) {
        return Optional.ofNullable(subscriptions.find(topics.pattern(call.match(), validUri(call.text()))))
                .filter(entry -> isVisible(call, entry))
                .map(entry -> entry.id)
                .orElse(null);
    }

    private static String validUri(String uri) {
        if (!Uris.LOOSE.allows(uri, MatchPolicy.WILDCARD)) {
            throw new CallException("wamp.error.invalid_uri", SafeText.excerpt(uri));
        }
        return uri;
    }

    private @Nullable PagedResult match(MetaCall call) {
        NavigableMap<Long, V2Subscription> found = new TreeMap<>();
        for (Topic topic : topics.matching(call.text())) {
            V2Subscription subscription = subscriptions.find(topic);
            if (subscription != null) {
                found.put(subscription.id, subscription);
            }
        }
        MetaPage.Ids page = call.page().of(found, entry -> isVisible(call, entry));
        return page.ids().isEmpty() && page.next() == null ? null : PagedResult.of(page);
    }

    private Object listSubscribers(MetaCall call) {
        V2Subscription subscription = subscription(call);
        MetaPage page = call.page();
        return PagedResult.of(subscriptions.read(subscription, members -> page.of(members, member -> true)));
    }

    /** Answers a denied subscription as an unknown one. The decision may follow later, unlike those of the meta API. */
    private @Nullable Object getEvents(MetaCall call) throws Exception {
        V2Subscription subscription = Optional.ofNullable(subscriptions.find(call.id()))
                .orElseThrow(SubscriptionProcedures::noSuchSubscription);
        Topic topic = subscription.topic;
        return LateResult.of(
                accessControl.check(call.caller(), Action.SUBSCRIBE, topic.id(), topic.match()), decision -> {
                    if (!(decision instanceof AccessDecision.Allow)) {
                        throw noSuchSubscription();
                    }
                    HistoryRequest request = new HistoryRequest(topics, subscription, call.named(), reader(call));
                    return new OwnAnswer(request::answer);
                });
    }

    private HistoryRequest.Reader reader(MetaCall call) {
        return new HistoryRequest.Reader(
                call.caller().subscriber(),
                call.format(),
                name -> accessControl.isVisible(call.caller(), Action.SUBSCRIBE, name, MatchPolicy.EXACT),
                call.rate()::charge);
    }

    private static CallException noSuchSubscription() {
        return new CallException("wamp.error.no_such_subscription", "no such subscription");
    }

    private V2Subscription subscription(MetaCall call) {
        return Optional.ofNullable(subscriptions.find(call.id()))
                .filter(entry -> isVisible(call, entry))
                .orElseThrow(SubscriptionProcedures::noSuchSubscription);
    }

    private boolean isVisible(MetaCall call, V2Subscription entry) {
        return accessControl.isVisible(call.caller(), Action.SUBSCRIBE, entry.topic.id(), entry.topic.match());
    }
}
