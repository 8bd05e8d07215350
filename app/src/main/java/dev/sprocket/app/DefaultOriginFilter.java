package dev.sprocket.app;

import com.typesafe.config.ConfigOrigin;
import dev.sprocket.http.OriginFilter;
import dev.sprocket.http.Origins;
import dev.sprocket.plugin.ConfigErrors;
import dev.sprocket.plugin.LayerFactory;
import dev.sprocket.plugin.Settings;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Follows the layers of a stack, outermost first, and tells where the default origin check belongs; limits go along.
 *
 * <p>WebSocket, Comet and Server-Sent Events without an {@code origin-check} around them get one: pages of the same
 * host may connect. It stands before users are identified. Not thread-safe.
 */
final class DefaultOriginFilter {
    /** The default origin check, as drawings show it. */
    static final String LABEL = "origin-check (default)";

    private static final String CHECK = "origin-check";
    private static final String ANY = "*";

    /** Whether an {@code origin-check} was seen, or the default one added. */
    private boolean decided;
    /** Whether it lets pages of any site connect. */
    private boolean open;

    private final StreamLimitWarnings limits;
    private final List<String> cors = new ArrayList<>();
    private @Nullable String identifiedBy;
    private @Nullable ConfigOrigin identifiedAt;

    DefaultOriginFilter() {
        this.limits = new StreamLimitWarnings();
    }

    /** Goes on inside of what another has seen. */
    DefaultOriginFilter(DefaultOriginFilter around) {
        this.limits = new StreamLimitWarnings(around.limits);
        this.decided = around.decided;
        this.open = around.open;
        this.cors.addAll(around.cors);
        this.identifiedBy = around.identifiedBy;
        this.identifiedAt = around.identifiedAt;
    }

    void enter(LayerFactory layer, Settings settings, ConfigOrigin at, ConfigErrors problems) {
        limits.enter(layer, settings, at, problems);
        if (layer.name().equals("trusted-proxies") && decided && !open) {
            problems.warn(
                    at,
                    "layer trusted-proxies: inside of origin-check, which so refuses pages behind a proxy on this"
                            + " machine (expected: trusted-proxies before session, basic-auth, origin-check and ws)");
        }
        if (layer.name().equals(CHECK)) {
            decided = true;
            open = settings.get(HttpPlugin.ORIGINS).contains(ANY);
        } else if (layer.name().equals("cors")) {
            cors.addAll(settings.get(HttpPlugin.ORIGINS));
        } else if (layer.ambientCredentials()) {
            identifiedBy = layer.name();
            identifiedAt = at;
        }
    }

    /** Whether the default origin check belongs into a stack of these layers and this component. */
    boolean needsDefault(List<LayerFactory> layers, boolean componentChecks) {
        return !decided
                && layers.stream().noneMatch(layer -> layer.name().equals(CHECK))
                && (componentChecks || layers.stream().anyMatch(DefaultOriginFilter::handlesRequests));
    }

    /** Whether the default origin check belongs right around this layer: before users are identified. */
    boolean isInsertedAround(LayerFactory layer) {
        return !decided && (layer.ambientCredentials() || handlesRequests(layer));
    }

    boolean isDecided() {
        return decided;
    }

    private static boolean handlesRequests(LayerFactory layer) {
        return layer.upgrades() || !layer.methods().isEmpty();
    }

    /** Adds the default origin check to a stack that answers upgrades or one that does not. */
    StackBuilder.Wrapper create(boolean upgrades) {
        decided = true;
        return inner -> {
            // CORS says nothing about WebSocket, to which browsers let every page connect
            String[] also = upgrades ? new String[0] : cors.toArray(String[]::new);
            return new OriginFilter(Origins.sameHost().and(also), LayerFactory.messages(inner));
        };
    }

    /** Warns if pages of any site can act in the name of whoever is logged in. */
    void warn(boolean reachable, ConfigErrors problems) {
        if (reachable && identifiedBy != null && identifiedAt != null && (!decided || open)) {
            problems.warn(
                    identifiedAt,
                    "layer " + identifiedBy + ": users are identified by what browsers send by themselves, and pages of"
                            + " any site may connect (expected: origin-check with the origins of your pages)");
        }
    }
}
