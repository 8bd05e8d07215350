package dev.sprocket.app;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import com.typesafe.config.ConfigOriginFactory;
import com.typesafe.config.ConfigUtil;
import com.typesafe.config.ConfigValueFactory;
import java.util.Map;

/**
 * What the environment says about the configuration: {@code SPROCKET_listeners_web_tls_key} is {@code
 * listeners.web.tls.key}; two underscores are a hyphen.
 */
final class Environment {
    private static final String PREFIX = "SPROCKET_";
    /** The script's own. */
    private static final String JAVA_OPTIONS = "SPROCKET_JAVA_OPTS";

    private Environment() {}

    static Config overrides(Map<String, String> environment) {
        Config all = ConfigFactory.empty();
        for (Map.Entry<String, String> entry : environment.entrySet()) {
            if (entry.getKey().startsWith(PREFIX) && !entry.getKey().equals(JAVA_OPTIONS)) {
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
