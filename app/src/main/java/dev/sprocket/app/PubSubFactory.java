package dev.sprocket.app;

import com.google.errorprone.annotations.ThreadSafe;
import dev.sprocket.core.Component;
import dev.sprocket.core.ConcurrentComponent;
import dev.sprocket.core.Connection;
import dev.sprocket.http.User;
import dev.sprocket.plugin.ComponentFactory;
import dev.sprocket.plugin.Option;
import dev.sprocket.plugin.Settings;
import dev.sprocket.plugin.StackType;
import dev.sprocket.pubsub.Audience;
import dev.sprocket.pubsub.Event;
import dev.sprocket.pubsub.MatchPolicy;
import dev.sprocket.pubsub.Topic;
import dev.sprocket.pubsub.TopicPatterns;
import dev.sprocket.wamp.AccessDecision;
import dev.sprocket.wamp.Authorizer;
import dev.sprocket.wamp.Authorizer.Action;
import dev.sprocket.wamp.WampComponent;
import dev.sprocket.wamp.WampConnection;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Pub/sub and calls that need no Java: what clients publish reaches the subscribers, and calls reach who registered the
 * procedure, if a rule lets them.
 */
@ThreadSafe
@ConcurrentComponent
final class PubSubFactory implements WampComponent {
    /** Who may. */
    enum Who {
        ANYONE,
        AUTHENTICATED,
        NOBODY
    }

    private record Rule(TopicPatterns topics, Map<Action, Who> who, Optional<String> role) {}

    private static final Option<Who> SUBSCRIBE = Option.choice("subscribe", Who.ANYONE, "who may subscribe");
    private static final Option<Who> PUBLISH = Option.choice("publish", Who.NOBODY, "who may publish");
    private static final Option<Who> CALL = Option.choice("call", Who.ANYONE, "who may call procedures");
    private static final Option<Who> REGISTER = Option.choice("register", Who.NOBODY, "who may register procedures");
    private static final Option<Optional<String>> ROLE =
            Option.optionalText("role", "what a user must have besides, to do any of it");
    private static final Option<List<String>> TOPICS = Option.texts(
            "topics",
            List.of("*"),
            "which topics and procedures: names, or beginnings with a * at the end",
            TopicPatterns::of);
    private static final Option<List<Settings>> RULES = Option.table(
            "rules",
            List.of(TOPICS, SUBSCRIBE, PUBLISH, CALL, REGISTER, ROLE),
            "for some topics and procedures; the first that is about one counts, and without one what is said beside"
                    + " them");

    private final List<Rule> rules;

    private PubSubFactory(List<Rule> rules) {
        this.rules = rules;
    }

    Authorizer authorizer() {
        return new Authorizer() {
            @Override
            public AccessDecision authorize(WampConnection conn, Action action, String uri) {
                return PubSubFactory.this.decide(conn, action, uri);
            }

            /** Every rule that is about something that fits must allow it, up to the first that is about all of it. */
            @Override
            public AccessDecision authorize(WampConnection conn, Action action, String pattern, MatchPolicy match) {
                String beginning = match.literalPrefix(pattern);
                for (Rule rule : rules) {
                    AccessDecision decision = rule.topics.allowsAny(beginning)
                            ? PubSubFactory.decide(conn, rule, action)
                            : AccessDecision.ALLOW;
                    if (!(decision instanceof AccessDecision.Allow) || rule.topics.allowsAll(beginning)) {
                        return decision;
                    }
                }
                return AccessDecision.deny("no rule is about all of it");
            }
        };
    }

    /** Decides about a topic or procedure, for a connection of any protocol. */
    AccessDecision decide(Connection conn, Action action, String uri) {
        Rule rule = rules.stream()
                .filter(one -> one.topics.allows(uri))
                .findFirst()
                .orElseGet(() -> rules.get(rules.size() - 1));
        return decide(conn, rule, action);
    }

    private static AccessDecision decide(Connection conn, Rule rule, Action action) {
        Optional<User> user = User.find(conn);
        Optional<String> role = rule.role;
        Who who = rule.who.getOrDefault(action, Who.NOBODY);
        if (who == Who.NOBODY) {
            return AccessDecision.deny("for nobody");
        }
        if (who == Who.AUTHENTICATED && user.isEmpty()) {
            return AccessDecision.deny("for users who are known only (is basic-auth or bearer-auth around it?)");
        }
        if (role.isPresent() && user.filter(u -> u.roles().contains(role.get())).isEmpty()) {
            return AccessDecision.deny("for the role " + role.get() + " only");
        }
        return AccessDecision.ALLOW;
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
            return "clients subscribe to topics and call one another, and publish and register if they may";
        }

        @Override
        public List<Option<?>> options() {
            return List.of(SUBSCRIBE, PUBLISH, CALL, REGISTER, ROLE, RULES);
        }

        @Override
        public StackType needs() {
            return WampPlugin.WAMP;
        }

        @Override
        public Component<?> create(Settings settings) {
            List<Rule> rules = new ArrayList<>();
            settings.get(RULES).forEach(rule -> rules.add(rule(TopicPatterns.of(rule.get(TOPICS)), rule)));
            rules.add(rule(TopicPatterns.ALL, settings));
            return new PubSubFactory(List.copyOf(rules));
        }

        private static Rule rule(TopicPatterns topics, Settings settings) {
            return new Rule(
                    topics,
                    Map.of(
                            Action.SUBSCRIBE, settings.get(SUBSCRIBE),
                            Action.PUBLISH, settings.get(PUBLISH),
                            Action.CALL, settings.get(CALL),
                            Action.REGISTER, settings.get(REGISTER)),
                    settings.get(ROLE));
        }
    }
}
