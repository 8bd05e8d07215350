package dev.sprocket.app;

import dev.sprocket.core.Component;
import dev.sprocket.core.Concurrent;
import dev.sprocket.core.Connection;
import dev.sprocket.http.User;
import dev.sprocket.plugin.ComponentFactory;
import dev.sprocket.plugin.Fit;
import dev.sprocket.plugin.Option;
import dev.sprocket.plugin.Settings;
import dev.sprocket.pubsub.Audience;
import dev.sprocket.pubsub.Event;
import dev.sprocket.pubsub.Match;
import dev.sprocket.pubsub.Topic;
import dev.sprocket.pubsub.TopicRules;
import dev.sprocket.wamp.Authorizer;
import dev.sprocket.wamp.Authorizer.Action;
import dev.sprocket.wamp.Decision;
import dev.sprocket.wamp.WampComponent;
import dev.sprocket.wamp.WampConnection;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Pub/sub and calls that need no Java: what clients publish reaches the subscribers, and calls reach who registered the
 * procedure, if a rule lets them.
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

    private record Rule(TopicRules topics, Map<Action, Who> who, Optional<String> role) {}

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
            TopicRules::of);
    private static final Option<List<Settings>> RULES = Option.table(
            "rules",
            List.of(TOPICS, SUBSCRIBE, PUBLISH, CALL, REGISTER, ROLE),
            "for some topics and procedures; the first that is about one counts, and without one what is said beside"
                    + " them");

    private final List<Rule> rules;

    private PubSub(List<Rule> rules) {
        this.rules = rules;
    }

    Authorizer authorizer() {
        return new Authorizer() {
            @Override
            public Decision authorize(WampConnection conn, Action action, String uri) {
                return PubSub.this.decide(conn, action, uri);
            }

            /** Every rule that is about something that fits must allow it, up to the first that is about all of it. */
            @Override
            public Decision authorize(WampConnection conn, Action action, String pattern, Match match) {
                String beginning = match.beginning(pattern);
                for (Rule rule : rules) {
                    Decision decision =
                            rule.topics.allowsAny(beginning) ? PubSub.decide(conn, rule, action) : Decision.ALLOW;
                    if (!(decision instanceof Decision.Allow) || rule.topics.allowsAll(beginning)) {
                        return decision;
                    }
                }
                return Decision.deny("no rule is about all of it");
            }
        };
    }

    /** Decides about a topic or procedure, for a connection of any protocol. */
    Decision decide(Connection conn, Action action, String uri) {
        Rule rule = rules.stream()
                .filter(one -> one.topics.allows(uri))
                .findFirst()
                .orElseGet(() -> rules.get(rules.size() - 1));
        return decide(conn, rule, action);
    }

    private static Decision decide(Connection conn, Rule rule, Action action) {
        Optional<User> user = User.find(conn);
        Optional<String> role = rule.role;
        Who who = rule.who.getOrDefault(action, Who.NOBODY);
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
            return "clients subscribe to topics and call one another, and publish and register if they may";
        }

        @Override
        public List<Option<?>> options() {
            return List.of(SUBSCRIBE, PUBLISH, CALL, REGISTER, ROLE, RULES);
        }

        @Override
        public Fit needs() {
            return WampParts.WAMP;
        }

        @Override
        public Component<?> create(Settings settings) {
            List<Rule> rules = new ArrayList<>();
            settings.get(RULES).forEach(rule -> rules.add(rule(TopicRules.of(rule.get(TOPICS)), rule)));
            rules.add(rule(TopicRules.ALL, settings));
            return new PubSub(List.copyOf(rules));
        }

        private static Rule rule(TopicRules topics, Settings settings) {
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
