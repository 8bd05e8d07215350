package dev.sprocket.wamp.internal.broker;

import com.google.errorprone.annotations.ThreadSafe;
import dev.sprocket.pubsub.Topic;
import dev.sprocket.pubsub.pattern.MatchPolicy;
import java.util.ArrayDeque;
import java.util.Collection;
import java.util.Deque;
import java.util.HashSet;
import java.util.Set;
import java.util.TreeSet;

/**
 * Upper bound for the patterns of one connection that match the same topic.
 *
 * <p>The topic need not be known. Two patterns can match the same topic only if they overlap. Prefixes that match
 * the same topic are prefixes of each other, so the longest such chain counts. Wildcards that match the same topic
 * and have their empty components in the same places are equal, so wildcards count once per set of places.
 */
@ThreadSafe
public final class PatternOverlap {
    private PatternOverlap() {}

    /**
     * Returns an upper bound for the patterns that match a topic of a new pattern.
     *
     * <p>The new pattern is included.
     *
     * @param known existing subscriptions; exact topics do not count
     */
    public static int upperBound(Collection<Topic> known, MatchPolicy match, String pattern) {
        TreeSet<String> prefixes = new TreeSet<>();
        Set<String> shapes = new HashSet<>();
        add(prefixes, shapes, match, pattern);
        for (Topic topic : known) {
            if (topic.match() != MatchPolicy.EXACT && overlap(topic.match(), topic.id(), match, pattern)) {
                add(prefixes, shapes, topic.match(), topic.id());
            }
        }
        return longestChain(prefixes) + shapes.size();
    }

    private static void add(Set<String> prefixes, Set<String> shapes, MatchPolicy match, String pattern) {
        if (match == MatchPolicy.PREFIX) {
            prefixes.add(pattern);
        } else {
            shapes.add(shape(pattern));
        }
    }

    /** Returns the places of the empty components: {@code x-x} for {@code com..news}. */
    private static String shape(String wildcard) {
        StringBuilder shape = new StringBuilder();
        for (String component : components(wildcard)) {
            shape.append(component.isEmpty() ? '-' : 'x');
        }
        return shape.toString();
    }

    private static int longestChain(TreeSet<String> prefixes) {
        int longest = 0;
        Deque<String> chain = new ArrayDeque<>();
        for (String prefix : prefixes) {
            while (!chain.isEmpty() && !prefix.startsWith(chain.peek())) {
                chain.pop();
            }
            chain.push(prefix);
            longest = Math.max(longest, chain.size());
        }
        return longest;
    }

    private static boolean overlap(MatchPolicy match, String pattern, MatchPolicy otherMatch, String otherPattern) {
        if (match == MatchPolicy.PREFIX && otherMatch == MatchPolicy.PREFIX) {
            return pattern.startsWith(otherPattern) || otherPattern.startsWith(pattern);
        }
        if (match == MatchPolicy.PREFIX) {
            return overlap(pattern, components(otherPattern));
        }
        if (otherMatch == MatchPolicy.PREFIX) {
            return overlap(otherPattern, components(pattern));
        }
        return overlap(components(pattern), components(otherPattern));
    }

    private static boolean overlap(String[] first, String[] second) {
        if (first.length != second.length) {
            return false;
        }
        for (int i = 0; i < first.length; i++) {
            if (!first[i].isEmpty() && !second[i].isEmpty() && !first[i].equals(second[i])) {
                return false;
            }
        }
        return true;
    }

    private static boolean overlap(String prefix, String[] wildcard) {
        String[] literal = components(prefix);
        if (literal.length > wildcard.length) {
            return false;
        }
        int last = literal.length - 1;
        for (int i = 0; i < last; i++) {
            if (!wildcard[i].isEmpty() && !wildcard[i].equals(literal[i])) {
                return false;
            }
        }
        return wildcard[last].isEmpty() || wildcard[last].startsWith(literal[last]);
    }

    private static String[] components(String name) {
        return name.split("\\.", -1);
    }
}
