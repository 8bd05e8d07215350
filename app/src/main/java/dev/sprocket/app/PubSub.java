package dev.sprocket.app;

import dev.sprocket.core.Component;
import dev.sprocket.core.Concurrent;
import dev.sprocket.http.User;
import dev.sprocket.plugin.ComponentFactory;
import dev.sprocket.plugin.Fit;
import dev.sprocket.plugin.Option;
import dev.sprocket.plugin.Settings;
import dev.sprocket.pubsub.Audience;
import dev.sprocket.pubsub.Event;
import dev.sprocket.pubsub.Topic;
import dev.sprocket.pubsub.TopicRules;
import dev.sprocket.wamp.Authorizer;
import dev.sprocket.wamp.Decision;
import dev.sprocket.wamp.WampComponent;
import dev.sprocket.wamp.WampConnection;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Pub/sub that needs no Java: what clients may publish reaches the subscribers, if a rule lets them.
 *
 * <p>Threads: any.
 */
@Concurrent
final class PubSub implements WampComponent {
    /** Who may. */
    enum Who {
        ANYONE,
        AUTHENTICATED,
        NOBODY
    }

    private record Rule(TopicRules topics, Who subscribe, Who publish, Optional<String> role) {
        boolean isAbout(String topic) {
            return topics.allows(topic);
        }
    }

    private static final Option<Who> SUBSCRIBE = Option.choice("subscribe", Who.ANYONE, "who may subscribe");
    private static final Option<Who> PUBLISH = Option.choice("publish", Who.NOBODY, "who may publish");
    private static final Option<Optional<String>> ROLE =
            Option.optionalText("role", "what a user must have besides, to subscribe or publish");
    private static final Option<List<String>> TOPICS =
            Option.texts("topics", List.of("*"), "which topics: names, or beginnings with a * at the end");
    private static final Option<List<Settings>> RULES = Option.table(
            "rules",
            List.of(TOPICS, SUBSCRIBE, PUBLISH, ROLE),
            "for some topics; the first that is about a topic counts, and without one what is said beside them");

    private final List<Rule> rules;

    private PubSub(List<Rule> rules) {
        this.rules = rules;
    }

    Authorizer authorizer() {
        return (conn, action, uri) -> switch (action) {
            case SUBSCRIBE -> decide(conn, uri, rule(uri).subscribe, rule(uri).role);
            case PUBLISH -> decide(conn, uri, rule(uri).publish, rule(uri).role);
            case CALL -> Decision.ALLOW; // there are no procedures, which onCall says
            case REGISTER -> Decision.deny("no procedures of clients");
        };
    }

    private Rule rule(String topic) {
        return rules.stream()
                .filter(rule -> rule.isAbout(topic))
                .findFirst()
                .orElseGet(() -> rules.get(rules.size() - 1));
    }

    private static Decision decide(WampConnection conn, String topic, Who who, Optional<String> role) {
        Optional<User> user = User.find(conn);
        if (who == Who.NOBODY) {
            return Decision.deny("for nobody");
        }
        if (who == Who.AUTHENTICATED && user.isEmpty()) {
            return Decision.deny("for users who are known only (is basic-auth or bearer-auth around it?)");
        }
        if (role.isPresent() && user.filter(u -> u.roles().contains(role.get())).isEmpty()) {
            return Decision.deny("for the role " + role.get() + " only");
        }
        return Decision.ALLOW;
    }

    @Override
    public void onPublish(WampConnection conn, Topic topic, Event event, Audience audience) {
        topic.broadcast(event, audience);
    }

    /** Makes it. */
    static final class Factory implements ComponentFactory {
        @Override
        public String name() {
            return "pubsub";
        }

        @Override
        public String summary() {
            return "clients subscribe to topics, and publish if they may";
        }

        @Override
        public List<Option<?>> options() {
            return List.of(SUBSCRIBE, PUBLISH, ROLE, RULES);
        }

        @Override
        public Fit needs() {
            return WampParts.WAMP;
        }

        @Override
        public Component<?> create(Settings settings) {
            List<Rule> rules = new ArrayList<>();
            settings.get(RULES)
                    .forEach(rule -> rules.add(new Rule(
                            TopicRules.of(rule.get(TOPICS)), rule.get(SUBSCRIBE), rule.get(PUBLISH), rule.get(ROLE))));
            rules.add(new Rule(TopicRules.ALL, settings.get(SUBSCRIBE), settings.get(PUBLISH), settings.get(ROLE)));
            return new PubSub(List.copyOf(rules));
        }
    }
}
