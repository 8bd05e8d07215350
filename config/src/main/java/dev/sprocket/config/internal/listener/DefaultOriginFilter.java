package dev.sprocket.config.internal.listener;

import com.typesafe.config.ConfigOrigin;
import dev.sprocket.config.internal.layer.HttpPlugin;
import dev.sprocket.http.origin.OriginFilter;
import dev.sprocket.http.origin.Origins;
import dev.sprocket.plugin.LayerFactory;
import dev.sprocket.plugin.config.ConfigErrors;
import dev.sprocket.plugin.config.Settings;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Determines the position of the default origin check in a stack.
 *
 * <p>WebSocket, Comet and Server-Sent Events without a surrounding {@code origin-check} get one that allows pages of
 * the same host. It precedes the authentication of users. This visits the layers of a stack, outermost first, and also
 * collects {@link StreamLimitWarnings}. Not thread-safe.
 */
final class DefaultOriginFilter {
    /** Name of the default origin check in diagrams. */
    static final String LABEL = "origin-check (default)";

    private static final String CHECK = "origin-check";
    private static final String ANY = "*";

    /** True after an {@code origin-check}, configured or default. */
    private boolean decided;
    /** True if the origin check allows pages of any site. */
    private boolean open;

    private final StreamLimitWarnings limits;
    private final List<String> cors = new ArrayList<>();
    private @Nullable String authenticatedBy;
    private @Nullable ConfigOrigin authenticatedAt;

    DefaultOriginFilter() {
        this.limits = new StreamLimitWarnings();
    }

    /** Creates a copy that continues with inner layers. */
    DefaultOriginFilter(DefaultOriginFilter outer) {
        this.limits = new StreamLimitWarnings(outer.limits);
        this.decided = outer.decided;
        this.open = outer.open;
        this.cors.addAll(outer.cors);
        this.authenticatedBy = outer.authenticatedBy;
        this.authenticatedAt = outer.authenticatedAt;
    }

    void visit(LayerFactory layer, Settings settings, ConfigOrigin at, ConfigErrors problems) {
        limits.visit(layer, settings, at, problems);
        if (layer.name().equals("trusted-proxies") && decided && !open) {
            problems.warn(
                    at,
                    "layer trusted-proxies: inside origin-check, which therefore rejects pages behind a proxy on this"
                            + " machine (expected: trusted-proxies before session, basic-auth, origin-check and ws)");
        }
        if (layer.name().equals(CHECK)) {
            decided = true;
            open = settings.get(HttpPlugin.ORIGINS).contains(ANY);
        } else if (layer.name().equals("cors")) {
            cors.addAll(settings.get(HttpPlugin.ORIGINS));
        } else if (layer.ambientCredentials()) {
            authenticatedBy = layer.name();
            authenticatedAt = at;
        }
    }

    /** Reports whether a stack of these layers and this component requires the default origin check. */
    boolean needsDefault(List<LayerFactory> layers, boolean componentChecksOrigin) {
        return !decided
                && layers.stream().noneMatch(layer -> layer.name().equals(CHECK))
                && (componentChecksOrigin || layers.stream().anyMatch(DefaultOriginFilter::handlesRequests));
    }

    /** Reports whether the default origin check is inserted directly around this layer. */
    boolean isInsertedAround(LayerFactory layer) {
        return !decided && (layer.ambientCredentials() || handlesRequests(layer));
    }

    boolean isDecided() {
        return decided;
    }

    private static boolean handlesRequests(LayerFactory layer) {
        return layer.upgrades() || !layer.methods().isEmpty();
    }

    /**
     * Returns the default origin check.
     *
     * @param upgrades true if the stack handles upgrades
     */
    StackBuilder.Wrapper create(boolean upgrades) {
        decided = true;
        return inner -> {
            // CORS does not apply to WebSocket: browsers let every page connect
            String[] additional = upgrades ? new String[0] : cors.toArray(String[]::new);
            return new OriginFilter(Origins.sameHost().and(additional), LayerFactory.messages(inner));
        };
    }

    /** Warns if pages of any site can act for logged-in users. */
    void warn(boolean reachable, ConfigErrors problems) {
        if (reachable && authenticatedBy != null && authenticatedAt != null && (!decided || open)) {
            problems.warn(
                    authenticatedAt,
                    "layer " + authenticatedBy + ": browsers send its credentials automatically, and pages of any site"
                            + " may connect (expected: origin-check with the origins of your pages)");
        }
    }
}
