package dev.sprocket.config.internal.access;

import com.google.errorprone.annotations.ThreadSafe;
import dev.sprocket.plugin.config.ConfigErrors;
import dev.sprocket.pubsub.access.Grantee;
import java.util.List;

/** Words of a file for those to whom a rule grants an action. */
@ThreadSafe
final class Words {
    private static final List<String> KNOWN =
            List.of("anyone", "authenticated", "nobody", "self", "subscribers", "backend", "token", "role NAME");

    private Words() {}

    /**
     * Checks a word.
     *
     * @throws IllegalArgumentException if it is unknown
     */
    static void check(String word) {
        if (word.equals("role")) {
            throw new IllegalArgumentException("role without a name (expected: role NAME)");
        }
        try {
            var unused = Grantee.parse(word);
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(
                    word.startsWith("role ") ? e.getMessage() : word + " " + ConfigErrors.suggestion(word, KNOWN), e);
        }
    }

    static List<Grantee> grantees(List<String> words) {
        return words.stream().map(Grantee::parse).toList();
    }
}
