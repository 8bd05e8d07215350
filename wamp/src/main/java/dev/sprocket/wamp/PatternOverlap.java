package dev.sprocket.wamp;

import com.google.errorprone.annotations.ThreadSafe;
import dev.sprocket.pubsub.MatchPolicy;
import dev.sprocket.pubsub.Topic;
import java.util.ArrayDeque;
import java.util.Collection;
import java.util.Deque;
import java.util.HashSet;
import java.util.Set;
import java.util.TreeSet;

/**
 * Bounds how many patterns of one connection can match one topic, without knowing any topic.
 *
 * <p>Two patterns can match one topic only if they overlap. Prefixes that match one topic are each a prefix of the next, so
 * the longest such chain counts. Wildcards that match one topic and have their empty components at the same places are the
 * same wildcard, so wildcards count once for each set of places.
 */
@ThreadSafe
final class PatternOverlap {
    private PatternOverlap() {}

    /**
     * An upper bound for the number of patterns, with a new one, that match a topic which the new one matches.
     *
     * @param known topics and patterns; topics do not count
     */
    static int upperBound(Collection<Topic> known, MatchPolicy match, String pattern) {
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

    /** Which components are empty: {@code x-x} for {@code com..news}. */
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

    private static boolean overlap(MatchPolicy one, String pattern, MatchPolicy other, String otherPattern) {
        if (one == MatchPolicy.PREFIX && other == MatchPolicy.PREFIX) {
            return pattern.startsWith(otherPattern) || otherPattern.startsWith(pattern);
        }
        if (one == MatchPolicy.PREFIX) {
            return overlap(pattern, components(otherPattern));
        }
        if (other == MatchPolicy.PREFIX) {
            return overlap(otherPattern, components(pattern));
        }
        return overlap(components(pattern), components(otherPattern));
    }

    private static boolean overlap(String[] one, String[] other) {
        if (one.length != other.length) {
            return false;
        }
        for (int i = 0; i < one.length; i++) {
            if (!one[i].isEmpty() && !other[i].isEmpty() && !one[i].equals(other[i])) {
                return false;
            }
        }
        return true;
    }

    private static boolean overlap(String prefix, String[] wildcard) {
        String[] begun = components(prefix);
        if (begun.length > wildcard.length) {
            return false;
        }
        int last = begun.length - 1;
        for (int i = 0; i < last; i++) {
            if (!wildcard[i].isEmpty() && !wildcard[i].equals(begun[i])) {
                return false;
            }
        }
        return wildcard[last].isEmpty() || wildcard[last].startsWith(begun[last]);
    }

    private static String[] components(String name) {
        return name.split("\\.", -1);
    }
}
