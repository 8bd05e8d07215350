package dev.sprocket.config.internal.reload;

import com.google.errorprone.annotations.ThreadSafe;
import dev.sprocket.core.Component;
import dev.sprocket.core.Connection;
import dev.sprocket.core.ForwardingComponent;
import dev.sprocket.core.filter.IpFilter;
import dev.sprocket.core.filter.Limiter;
import java.util.Optional;

/** Transfers open connections to the filters and limiters of a new stack. */
@ThreadSafe
public final class LiveFilters {
    private LiveFilters() {}

    /** Transfers the connections of a filter and a limiter to those of the replacing stack. */
    public static void transfer(Component<?> old, Component<?> next) {
        Optional<Limiter<?, ?>> limiter = limiter(old);
        limiter(next).ifPresent(after -> limiter.ifPresent(after::takeOver));
        Optional<IpFilter<?, ?>> before = find(old);
        Optional<IpFilter<?, ?>> after = find(next);
        if (before.isPresent() && after.isPresent()) {
            takeOver(after.get(), before.get());
        }
    }

    /** Casts are safe: both filters have the same position in equal stacks. */
    @SuppressWarnings("unchecked")
    private static <C extends Connection, M> void takeOver(IpFilter<C, M> next, IpFilter<?, ?> old) {
        next.takeOver((IpFilter<C, M>) old);
    }

    private static Optional<Limiter<?, ?>> limiter(Component<?> top) {
        return ForwardingComponent.find(top, Limiter.class).map(limiter -> (Limiter<?, ?>) limiter);
    }

    private static Optional<IpFilter<?, ?>> find(Component<?> top) {
        return ForwardingComponent.find(top, IpFilter.class).map(filter -> (IpFilter<?, ?>) filter);
    }
}
