package dev.sprocket.app;

import com.typesafe.config.ConfigOrigin;
import dev.sprocket.http.OriginCheck;
import dev.sprocket.http.Origins;
import dev.sprocket.plugin.ComponentFactory;
import dev.sprocket.plugin.LayerFactory;
import dev.sprocket.plugin.Problems;
import dev.sprocket.plugin.Settings;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Follows the layers of a stack, outermost first, and tells where the default origin check belongs.
 *
 * <p>WebSocket, Comet and Server-Sent Events without an {@code origin-check} around them get one: pages of the same host may
 * connect. Threads: one.
 */
final class OriginPolicy {
    /** The default origin check, as drawings show it. */
    static final String SHOWN = "origin-check (default)";

    private static final String ANY = "*";

    /** Whether an {@code origin-check} was seen, or the default one added. */
    private boolean decided;
    /** Whether it lets pages of any site connect. */
    private boolean open;

    private final List<String> cors = new ArrayList<>();
    private @Nullable String identifiedBy;
    private @Nullable ConfigOrigin identifiedAt;

    OriginPolicy() {}

    /** Goes on inside of what another has seen. */
    OriginPolicy(OriginPolicy around) {
        this.decided = around.decided;
        this.open = around.open;
        this.cors.addAll(around.cors);
        this.identifiedBy = around.identifiedBy;
        this.identifiedAt = around.identifiedAt;
    }

    void enter(LayerFactory layer, Settings settings, ConfigOrigin at) {
        if (layer.name().equals("origin-check")) {
            decided = true;
            open = settings.get(HttpParts.ORIGINS).contains(ANY);
        } else if (layer.name().equals("cors")) {
            cors.addAll(settings.get(HttpParts.ORIGINS));
        } else if (layer.ambientCredentials()) {
            identifiedBy = layer.name();
            identifiedAt = at;
        }
    }

    /** Whether the default origin check belongs around this layer. */
    boolean belongsAround(LayerFactory layer) {
        return !decided && (layer.upgrades() || !layer.methods().isEmpty());
    }

    /** Whether the default origin check belongs around this component. */
    boolean belongsAround(ComponentFactory component) {
        return !decided && component.checksOrigin();
    }

    /** Adds the default origin check, around what answers upgrades or what does not. */
    StackBuilder.Placed byDefault(boolean upgrades) {
        decided = true;
        // CORS says nothing about WebSocket, to which browsers let every page connect
        String[] also = upgrades ? new String[0] : cors.toArray(String[]::new);
        Origins origins = Origins.sameHost().and(also);
        return inner -> new OriginCheck(origins, LayerFactory.messages(inner));
    }

    /** Warns if pages of any site can act in the name of whoever is logged in. */
    void warn(boolean reachable, Problems problems) {
        if (reachable && identifiedBy != null && identifiedAt != null && (!decided || open)) {
            problems.warn(
                    identifiedAt,
                    "layer " + identifiedBy + ": users are identified by what browsers send by themselves, and pages of"
                            + " any site may connect (expected: origin-check with the origins of your pages)");
        }
    }
}
