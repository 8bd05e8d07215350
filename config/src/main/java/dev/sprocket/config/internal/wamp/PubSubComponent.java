package dev.sprocket.config.internal.wamp;

import com.google.errorprone.annotations.ThreadSafe;
import dev.sprocket.core.Component;
import dev.sprocket.core.ConcurrentComponent;
import dev.sprocket.core.Connection;
import dev.sprocket.core.User;
import dev.sprocket.plugin.ComponentFactory;
import dev.sprocket.plugin.StackType;
import dev.sprocket.plugin.config.Option;
import dev.sprocket.plugin.config.Settings;
import dev.sprocket.pubsub.Audience;
import dev.sprocket.pubsub.Event;
import dev.sprocket.pubsub.Topic;
import dev.sprocket.pubsub.access.AccessDecision;
import dev.sprocket.pubsub.access.AccessRequest;
import dev.sprocket.pubsub.access.Action;
import dev.sprocket.pubsub.access.Authorizer;
import dev.sprocket.pubsub.internal.pattern.TopicPatterns;
import dev.sprocket.wamp.WampComponent;
import dev.sprocket.wamp.WampConnection;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * WAMP component for clients only, with access rules instead of Java code.
 *
 * <p>Published events reach the subscribers, and calls reach the client that registered the procedure.
 */
@ThreadSafe
@ConcurrentComponent
final class PubSubComponent implements WampComponent {
    /** Clients to which a rule grants access. */
    enum Access {
        ANYONE,
        AUTHENTICATED,
        NOBODY
    }

    private record Rule(TopicPatterns topics, Map<Action, Access> access, Optional<String> role) {}

    private static final Option<Access> SUBSCRIBE =
            Option.choice("subscribe", Access.ANYONE, "Clients that may subscribe");
    private static final Option<Access> PUBLISH = Option.choice("publish", Access.NOBODY, "Clients that may publish");
    private static final Option<Access> CALL = Option.choice("call", Access.ANYONE, "Clients that may call procedures");
    private static final Option<Access> REGISTER =
            Option.choice("register", Access.NOBODY, "Clients that may register procedures");
    private static final Option<Optional<String>> ROLE =
            Option.optionalString("role", "Role that is additionally required");
    private static final Option<List<String>> TOPICS = Option.strings(
            "topics", List.of("*"), "Names of topics or procedures, or prefixes followed by *", TopicPatterns::of);
    private static final Option<List<Settings>> RULES = Option.objects(
            "rules",
            List.of(TOPICS, SUBSCRIBE, PUBLISH, CALL, REGISTER, ROLE),
            "Rules for topics and procedures; the first match replaces all keys above, including"
                    + " role; a key missing in a rule has its own default");

    private final List<Rule> rules;

    private PubSubComponent(List<Rule> rules) {
        this.rules = rules;
    }

    Authorizer authorizer() {
        return new Authorizer() {
            @Override
            public AccessDecision authorize(AccessRequest request) {
                return PubSubComponent.this.decide(request.connection(), request.action(), request.name());
            }

            /** Requires the permission of every overlapping rule, up to the first that covers the pattern. */
            @Override
            public AccessDecision authorizePattern(AccessRequest request) {
                String beginning = request.match().literalPrefix(request.name());
                for (Rule rule : rules) {
                    AccessDecision decision = rule.topics.allowsAny(beginning)
                            ? PubSubComponent.decide(request.connection(), rule, request.action())
                            : AccessDecision.ALLOW;
                    if (!(decision instanceof AccessDecision.Allow) || rule.topics.allowsAll(beginning)) {
                        return decision;
                    }
                }
                return AccessDecision.deny("no rule covers the whole pattern");
            }
        };
    }

    /** Decides an access to a topic or procedure, for a connection of any protocol. */
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
        Access access = rule.access.getOrDefault(action, Access.NOBODY);
        if (access == Access.NOBODY) {
            return AccessDecision.deny("not allowed for anybody");
        }
        if (access == Access.AUTHENTICATED && user.isEmpty()) {
            return AccessDecision.deny(
                    "only for authenticated users (add basic-auth, bearer-auth or session around it)");
        }
        if (role.isPresent() && user.filter(u -> u.roles().contains(role.get())).isEmpty()) {
            return AccessDecision.deny("only for the role " + role.get());
        }
        return AccessDecision.ALLOW;
    }

    @Override
    public void onPublish(WampConnection conn, Topic topic, Event event, Audience audience) {
        topic.broadcast(event, audience);
    }

    /** Factory of the component {@code pubsub}. */
    static final class Factory implements ComponentFactory {
        @Override
        public String name() {
            return "pubsub";
        }

        @Override
        public String summary() {
            return "Lets clients subscribe, publish, call and register by access rules";
        }

        @Override
        public List<Option<?>> options() {
            return List.of(SUBSCRIBE, PUBLISH, CALL, REGISTER, ROLE, RULES);
        }

        @Override
        public StackType requires() {
            return WampPlugin.WAMP;
        }

        @Override
        public Component<?> create(Settings settings) {
            List<Rule> rules = new ArrayList<>();
            settings.get(RULES).forEach(rule -> rules.add(rule(TopicPatterns.of(rule.get(TOPICS)), rule)));
            rules.add(rule(TopicPatterns.ALL, settings));
            return new PubSubComponent(List.copyOf(rules));
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
