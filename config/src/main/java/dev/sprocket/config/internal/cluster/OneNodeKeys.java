package dev.sprocket.config.internal.cluster;

import com.google.errorprone.annotations.ThreadSafe;
import com.typesafe.config.ConfigObject;
import com.typesafe.config.ConfigValue;
import dev.sprocket.plugin.config.ConfigErrors;
import dev.sprocket.plugin.config.Settings.FactoryRef;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Warns of keys whose effect ends at one server, in files with an engine. */
@ThreadSafe
public final class OneNodeKeys {
    private static final Map<String, String> SWITCHES = Map.of(
            "meta-api", "tells of the sessions, subscriptions and registrations of this server only",
            "session-kill", "ends sessions of this server only");
    private static final Set<String> OFF = Set.of("off", "false");
    private static final String REGISTER = "register";

    private OneNodeKeys() {}

    /**
     * Adds the warnings.
     *
     * @param root the whole file
     * @param layers layers of all listeners and routes
     */
    public static void warn(ConfigObject root, List<FactoryRef> layers, ConfigErrors problems) {
        List<ConfigObject> realms = new ArrayList<>();
        layers.stream().filter(layer -> layer.name().equals("wamp")).forEach(layer -> realms.add(layer.settings()));
        for (ConfigObject realm : realms) {
            SWITCHES.forEach((key, effect) -> {
                ConfigValue value = realm.get(key);
                if (value != null && !OFF.contains(text(value))) {
                    problems.warn(value.origin(), key + ": with an engine, " + effect);
                }
            });
            warnOfRegistrations(realm, problems);
        }
        if (!realms.isEmpty()) {
            warnOfRegistrations(root, problems);
        }
    }

    private static void warnOfRegistrations(ConfigObject holder, ConfigErrors problems) {
        List<ConfigValue> rules = new ArrayList<>();
        if (holder.get("default-access") instanceof ConfigObject defaults) {
            rules.add(defaults);
        }
        if (holder.get("procedures") instanceof ConfigObject procedures) {
            rules.addAll(procedures.values());
        }
        for (ConfigValue rule : rules) {
            ConfigValue granted = rule instanceof ConfigObject object ? object.get(REGISTER) : null;
            if (granted != null && !text(granted).equals("nobody")) {
                problems.warn(
                        granted.origin(),
                        "register: with an engine, clients of other servers cannot call what a client of this one"
                                + " registers");
            }
        }
    }

    private static String text(ConfigValue value) {
        return String.valueOf(value.unwrapped());
    }
}
