package dev.sprocket.wamp.internal.meta;

import com.google.errorprone.annotations.ThreadSafe;
import dev.sprocket.pubsub.pattern.MatchPolicy;
import dev.sprocket.wamp.internal.message.CallArguments;
import dev.sprocket.wamp.internal.message.OptionType;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.LongFunction;
import org.jspecify.annotations.Nullable;

/**
 * Result of a meta procedure that returns a list.
 *
 * @param next id after which the next page starts; null for the last page
 */
@ThreadSafe
record PagedResult(Object value, @Nullable Long next) {
    static PagedResult of(MetaPage.Ids page) {
        return new PagedResult(page.ids(), page.next());
    }

    /** Groups the ids of a page by match policy. */
    static PagedResult byMatch(MetaPage.Ids page, LongFunction<@Nullable MatchPolicy> matchOf) {
        Map<String, List<Long>> idsByMatch = new HashMap<>();
        for (MatchPolicy match : MatchPolicy.values()) {
            idsByMatch.put(OptionType.wireName(match), new ArrayList<>());
        }
        for (long id : page.ids()) {
            MatchPolicy match = matchOf.apply(id);
            if (match != null) { // otherwise it has just ended
                idsByMatch
                        .computeIfAbsent(OptionType.wireName(match), name -> new ArrayList<>())
                        .add(id);
            }
        }
        return new PagedResult(idsByMatch, page.next());
    }

    CallArguments arguments() {
        return CallArguments.of(List.of(value), next == null ? Map.of() : Map.of("after", next));
    }
}
