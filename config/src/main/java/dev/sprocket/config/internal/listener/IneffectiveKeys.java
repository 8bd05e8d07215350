package dev.sprocket.config.internal.listener;

import com.google.errorprone.annotations.ThreadSafe;
import com.typesafe.config.ConfigObject;
import dev.sprocket.config.internal.schema.ConfigSchema;
import dev.sprocket.config.internal.schema.ConfiguredAddress;
import dev.sprocket.plugin.config.ConfigErrors;
import dev.sprocket.plugin.config.Settings;
import dev.sprocket.plugin.config.Settings.FactoryRef;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Warns of keys of a server and its listeners that have no effect. */
@ThreadSafe
public final class IneffectiveKeys {
    private static final String RAW_SOCKET = "rawsocket";
    private static final String TRUSTED_PROXIES = "trusted-proxies";

    private IneffectiveKeys() {}

    /** Adds the warnings about a listener. */
    static void warn(Settings listener, ConfigErrors problems) {
        if (listener.get(ConfigSchema.PROXY_PROTOCOL) == ConfigSchema.Proxy.OFF
                && listener.isValid(ConfigSchema.PROXY_PROTOCOL)) {
            listener.warnIfSet(
                    ConfigSchema.PROXIES,
                    "with proxy-protocol = off (expected: proxy-protocol = required; proxies of X-Forwarded-For are a"
                            + " key of the layer trusted-proxies)",
                    problems);
        }
        if (listener.get(ConfigSchema.ROUTES).isEmpty()) {
            listener.warnIfSet(ConfigSchema.HEALTH, "without routes", problems);
        }
        warnOfClientCertificates(listener, problems);
        warnOfProxyAddresses(listener, problems);
    }

    /** Warns of access logs with the address of a proxy instead of the client. */
    private static void warnOfProxyAddresses(Settings listener, ConfigErrors problems) {
        List<FactoryRef> outer = listener.get(ConfigSchema.LAYERS);
        boolean behindProxy = listener.isValid(ConfigSchema.ADDRESS)
                && listener.get(ConfigSchema.ADDRESS).stream()
                        .allMatch(address -> ConfiguredAddress.parse(address).isLocal());
        if (!behindProxy
                || listener.get(ConfigSchema.PROXY_PROTOCOL) != ConfigSchema.Proxy.OFF
                || has(outer, TRUSTED_PROXIES)) {
            return;
        }
        List<FactoryRef> blind = new ArrayList<>();
        boolean every = !listener.get(ConfigSchema.ROUTES).isEmpty();
        for (Settings route : listener.get(ConfigSchema.ROUTES)) {
            List<FactoryRef> layers = route.get(ConfigSchema.LAYERS);
            if (!has(layers, TRUSTED_PROXIES)) {
                every = false;
                blind.addAll(layers);
            }
        }
        if (!every) {
            blind.addAll(outer);
        }
        blind.stream()
                .filter(layer -> layer.name().equals("access-log"))
                .forEach(layer -> problems.warn(
                        layer.origin(),
                        "layer access-log: behind a proxy it logs the address of the proxy, not of the client"
                                + " (expected: the layer trusted-proxies, or proxy-protocol of the listener)"));
    }

    private static boolean has(List<FactoryRef> layers, String name) {
        return layers.stream().anyMatch(layer -> layer.name().equals(name));
    }

    private static void warnOfClientCertificates(Settings listener, ConfigErrors problems) {
        Optional<Settings> tls = listener.get(ConfigSchema.TLS);
        if (tls.flatMap(files -> files.get(ConfigSchema.CLIENT_ROOTS)).isPresent()) {
            return;
        }
        tls.ifPresent(files -> files.warnIfSet(ConfigSchema.CLIENT_CERTIFICATE, "without client-roots", problems));
        List<FactoryRef> layers = new ArrayList<>(listener.get(ConfigSchema.LAYERS));
        listener.get(ConfigSchema.ROUTES).forEach(route -> layers.addAll(route.get(ConfigSchema.LAYERS)));
        layers.stream()
                .filter(layer -> layer.name().equals("certificate-auth"))
                .forEach(layer -> problems.warn(
                        layer.origin(),
                        "layer certificate-auth: the listener asks for no certificates, so every request gets 403"
                                + " (expected: client-roots in its tls)"));
    }

    /** Adds the warnings about the keys of the server. */
    public static void warnServer(Settings server, ConfigErrors problems) {
        if (!publishes(server.get(ConfigSchema.BRIDGES))) {
            server.warnIfSet(
                    ConfigSchema.TOPIC_FIELD,
                    "without a bridge tcp or zmq (expected: topic-field in the settings of push or of the bridge http)",
                    problems);
        }
        rawSocketsWithoutRealm(server.get(ConfigSchema.LISTENERS), problems);
    }

    /** Reports whether a bridge uses {@code topic-field}; those of HTTP have their own key. */
    private static boolean publishes(Optional<ConfigObject> bridges) {
        return bridges.isPresent()
                && bridges.get().entrySet().stream()
                        .anyMatch(bridge -> bridge.getValue() instanceof ConfigObject settings
                                && !"http"
                                        .equals(
                                                settings.containsKey("type")
                                                        ? settings.get("type").unwrapped()
                                                        : bridge.getKey()));
    }

    private static void rawSocketsWithoutRealm(Map<String, Settings> listeners, ConfigErrors problems) {
        List<FactoryRef> layers = new ArrayList<>();
        List<FactoryRef> components = new ArrayList<>();
        for (Settings listener : listeners.values()) {
            layers.addAll(listener.get(ConfigSchema.LAYERS));
            listener.get(ConfigSchema.COMPONENT).ifPresent(components::add);
            listener.get(ConfigSchema.ROUTES).forEach(route -> layers.addAll(route.get(ConfigSchema.LAYERS)));
        }
        if (layers.stream().anyMatch(layer -> layer.name().equals("wamp"))) {
            return;
        }
        components.addAll(layers);
        components.stream()
                .filter(ref -> ref.name().equals(RAW_SOCKET))
                .forEach(ref -> problems.warn(
                        ref.origin(),
                        "rawsocket: no route has the layer wamp, so there is no realm that clients can join (expected:"
                                + " a route with layers = [ws, wamp])"));
    }
}
