package dev.sprocket.app;

import dev.sprocket.core.Component;
import dev.sprocket.core.Forwarding;
import dev.sprocket.core.IpFilter;
import java.util.Optional;

/** Address rules that change hold for connections that are open already. Threads: any. */
final class Filters {
    private Filters() {}

    /** Gives the filter of a stack that is replaced the rules of the one that replaces it. */
    static void follow(Component<?> old, Component<?> next) {
        Optional<IpFilter<?, ?>> before = find(old);
        Optional<IpFilter<?, ?>> after = find(next);
        if (before.isPresent() && after.isPresent()) {
            IpFilter<?, ?> changed = before.get();
            IpFilter<?, ?> rules = after.get();
            rules.denied().forEach(changed::deny);
            changed.denied().stream()
                    .filter(range -> !rules.denied().contains(range))
                    .forEach(changed::undeny);
            rules.allowed().forEach(changed::allow);
            changed.allowed().stream()
                    .filter(range -> !rules.allowed().contains(range))
                    .forEach(changed::disallow);
        }
    }

    private static Optional<IpFilter<?, ?>> find(Component<?> top) {
        return Forwarding.find(top, IpFilter.class).map(filter -> (IpFilter<?, ?>) filter);
    }
}
