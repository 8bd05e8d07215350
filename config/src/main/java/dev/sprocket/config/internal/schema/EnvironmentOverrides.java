package dev.sprocket.config.internal.schema;

import com.google.errorprone.annotations.ThreadSafe;
import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import com.typesafe.config.ConfigOrigin;
import com.typesafe.config.ConfigOriginFactory;
import com.typesafe.config.ConfigUtil;
import com.typesafe.config.ConfigValueFactory;
import dev.sprocket.plugin.config.ConfigErrors;
import dev.sprocket.plugin.config.Option;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Pattern;

/**
 * Environment variables that override keys of the configuration.
 *
 * <p>{@code SPROCKET_listeners_web_tls_key} sets {@code listeners.web.tls.key}; two underscores stand for a hyphen.
 * Unknown variables cause a warning.
 */
@ThreadSafe
public final class EnvironmentOverrides {
    private static final String PREFIX = "SPROCKET_";
    /** Variables of the program that are not configuration keys. */
    private static final Set<String> PROGRAM_VARIABLES =
            Set.of("SPROCKET_CACHE", "SPROCKET_JAVA_OPTS", "SPROCKET_MEMORY", "SPROCKET_LOG", "SPROCKET_LOG_FORMAT");
    /** Variables that Kubernetes and Docker set for a service named sprocket or sprocket-…. */
    private static final Pattern SERVICE_LINK = Pattern.compile("SPROCKET_(?:[A-Z0-9_]+_)?"
            + "(?:SERVICE_HOST|SERVICE_PORT(?:_[A-Z0-9_]+)?|PORT|PORT_[0-9]+_(?:TCP|UDP|SCTP)(?:_(?:PROTO|PORT|ADDR))?"
            + "|NAME|ENV_[A-Za-z0-9_]+)");

    private static final List<String> KNOWN =
            ConfigSchema.SERVER_KEYS.stream().map(Option::name).toList();

    private EnvironmentOverrides() {}

    public static Config overrides(Map<String, String> environment, ConfigErrors problems) {
        Config all = ConfigFactory.empty();
        for (Map.Entry<String, String> entry : new TreeMap<>(environment).entrySet()) {
            String name = entry.getKey();
            if (!name.startsWith(PREFIX)
                    || PROGRAM_VARIABLES.contains(name)
                    || SERVICE_LINK.matcher(name).matches()) {
                continue;
            }
            ConfigOrigin origin = ConfigOriginFactory.newSimple("environment " + name);
            String[] keys = name.substring(PREFIX.length()).replace("__", "-").split("_", -1);
            if (!KNOWN.contains(keys[0]) || List.of(keys).contains("")) {
                problems.warn(origin, "unknown variable ignored " + suggestion(keys[0]));
                continue;
            }
            all = all.withValue(
                    ConfigUtil.joinPath(keys),
                    ConfigValueFactory.fromAnyRef(entry.getValue()).withOrigin(origin));
        }
        return all;
    }

    private static String suggestion(String key) {
        String lower = key.toLowerCase(Locale.ROOT);
        return KNOWN.contains(lower)
                ? "(did you mean " + PREFIX + lower + "…? keys are case-sensitive)"
                : "(expected: " + PREFIX + " and a key, such as SPROCKET_listeners_web_address)";
    }
}
