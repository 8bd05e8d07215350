package dev.sprocket.app;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import com.typesafe.config.ConfigOriginFactory;
import com.typesafe.config.ConfigUtil;
import com.typesafe.config.ConfigValueFactory;
import java.util.Map;
import java.util.Set;

/**
 * What the environment says about the configuration: {@code SPROCKET_listeners_web_tls_key} is {@code
 * listeners.web.tls.key}; two underscores are a hyphen.
 */
final class Environment {
    private static final String PREFIX = "SPROCKET_";
    /** Those that are about the program, and not its configuration. */
    private static final Set<String> OTHERS = Set.of("SPROCKET_JAVA_OPTS", "SPROCKET_LOG", "SPROCKET_LOG_FORMAT");

    private Environment() {}

    static Config overrides(Map<String, String> environment) {
        Config all = ConfigFactory.empty();
        for (Map.Entry<String, String> entry : environment.entrySet()) {
            if (entry.getKey().startsWith(PREFIX) && !OTHERS.contains(entry.getKey())) {
                String[] keys = entry.getKey()
                        .substring(PREFIX.length())
                        .replace("__", "-")
                        .split("_");
                all = all.withValue(
                        ConfigUtil.joinPath(keys),
                        ConfigValueFactory.fromAnyRef(entry.getValue())
                                .withOrigin(ConfigOriginFactory.newSimple("environment " + entry.getKey())));
            }
        }
        return all;
    }
}
