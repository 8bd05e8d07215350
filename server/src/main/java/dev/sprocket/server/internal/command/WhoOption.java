package dev.sprocket.server.internal.command;

import dev.sprocket.core.Attributes;
import dev.sprocket.core.Connection;
import dev.sprocket.core.Message;
import dev.sprocket.core.User;
import dev.sprocket.plugin.config.ConfigErrors;
import dev.sprocket.pubsub.access.AccessRequest;
import dev.sprocket.pubsub.access.Action;
import dev.sprocket.pubsub.pattern.MatchPolicy;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/** Peer whose access is checked: {@code anonymous}, {@code user:ann,role:staff}, {@code backend}. */
record WhoOption(String text) {
    private static final List<String> WORDS = List.of("anonymous", "user:NAME", "role:NAME", "backend");

    /** Connection of a peer that is only imagined. */
    private static final class Nowhere implements Connection {
        private final Attributes attributes = new Attributes();

        @Override
        public boolean send(Message message) {
            return false;
        }

        @Override
        public void close() {}

        @Override
        public boolean isOpen() {
            return false;
        }

        @Override
        public SocketAddress remoteAddress() {
            return InetSocketAddress.createUnresolved("nowhere", 0);
        }

        @Override
        public SocketAddress localAddress() {
            return remoteAddress();
        }

        @Override
        public Attributes attributes() {
            return attributes;
        }
    }

    /**
     * Returns a request of this peer.
     *
     * @throws IllegalArgumentException if the text is invalid
     */
    AccessRequest request(Action action, String name) {
        AccessRequest request = AccessRequest.of(new Nowhere(), action, name);
        List<String> roles = new ArrayList<>();
        String user = "";
        boolean known = false;
        for (String word : text.split(",", -1)) {
            int colon = word.indexOf(':');
            String kind = colon < 0 ? word : word.substring(0, colon);
            String value = colon < 0 ? "" : word.substring(colon + 1);
            boolean alone = text.equals(word);
            if (kind.equals("user") && !value.isEmpty() && user.isEmpty()) {
                user = value;
                known = true;
            } else if (kind.equals("role") && !value.isEmpty()) {
                roles.add(value);
                known = true;
            } else if (word.equals("backend") && alone) {
                request = request.backend();
            } else if (!word.equals("anonymous") || !alone) {
                throw new IllegalArgumentException("--who: '" + word + "' " + suggestion(kind, value));
            }
        }
        return known ? request.user(User.named(user).roles(roles)) : request;
    }

    private static String suggestion(String kind, String value) {
        return value.isEmpty() && !WORDS.contains(kind)
                ? ConfigErrors.suggestion(kind, WORDS)
                : "(expected: anonymous, backend, or user:NAME and role:NAME with commas)";
    }

    /**
     * Returns the action of a word.
     *
     * @throws IllegalArgumentException if the word is unknown
     */
    static Action action(String word) {
        return constant("ACTION", word, Action.values());
    }

    /**
     * Returns the policy of a word.
     *
     * @throws IllegalArgumentException if the word is unknown
     */
    static MatchPolicy match(String word) {
        return constant("--match", word, MatchPolicy.values());
    }

    private static <E extends Enum<E>> E constant(String where, String word, E[] constants) {
        return Arrays.stream(constants)
                .filter(one -> label(one).equals(word))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException(where + ": '" + word + "' "
                        + ConfigErrors.suggestion(
                                word,
                                Arrays.stream(constants).map(WhoOption::label).toList())));
    }

    private static String label(Enum<?> constant) {
        return constant.name().toLowerCase(Locale.ROOT);
    }
}
