package dev.sprocket.config.internal.layer;

import com.google.inject.Module;
import com.google.inject.multibindings.Multibinder;
import dev.sprocket.config.internal.log.AccessLogLayer;
import dev.sprocket.core.Component;
import dev.sprocket.core.Connection;
import dev.sprocket.core.EchoServer;
import dev.sprocket.core.filter.IpFilter;
import dev.sprocket.core.filter.Limiter;
import dev.sprocket.core.filter.MessageLogger;
import dev.sprocket.core.filter.SlowCallbackWarning;
import dev.sprocket.core.internal.net.PeerSet;
import dev.sprocket.core.text.Lines;
import dev.sprocket.core.thread.SingleThreaded;
import dev.sprocket.plugin.ComponentFactory;
import dev.sprocket.plugin.Factory;
import dev.sprocket.plugin.LayerFactory;
import dev.sprocket.plugin.Plugin;
import dev.sprocket.plugin.StackType;
import dev.sprocket.plugin.config.ConfigErrors;
import dev.sprocket.plugin.config.Option;
import dev.sprocket.plugin.config.Settings;
import java.time.Duration;
import java.util.List;

/** Plugin with the layers and components of {@code core}. Not thread-safe. */
public final class CorePlugin implements Plugin {
    private static final StackType ANY = StackType.messages(Connection.class, Object.class);
    private static final StackType SOCKET = StackType.messages(Connection.class);

    private static final Option<List<String>> ALLOW = Option.strings(
            "allow",
            List.of(),
            "Addresses and ranges that may connect, or unix for Unix domain sockets; empty allows" + " all",
            PeerSet::check);
    private static final Option<List<String>> DENY = Option.strings(
            "deny",
            List.of(),
            "Addresses and ranges that may not connect, or unix; takes precedence over allow",
            PeerSet::check);

    private static final Option<Integer> MAX_CONNECTIONS = Option.number(
            "max-connections",
            Integer.MAX_VALUE,
            1,
            Integer.MAX_VALUE,
            "Maximum number of connections; further ones are rejected; default: unlimited");
    private static final Option<Integer> MAX_CONNECTIONS_PER_ADDRESS = Option.number(
            "max-connections-per-address",
            Integer.MAX_VALUE,
            1,
            Integer.MAX_VALUE,
            "Maximum number of connections per IPv4 address or IPv6 /64; further ones are"
                    + " rejected; default: unlimited");
    public static final Option<Integer> MESSAGES_PER_SECOND = Option.number(
            "messages-per-second",
            0,
            0,
            Integer.MAX_VALUE,
            "Maximum number of messages per second and connection; 0 means unlimited");
    public static final Option<Integer> BYTES_PER_SECOND =
            Option.size("bytes-per-second", 0, "Maximum number of bytes per second and connection; 0 means unlimited");
    public static final Option<Limiter.Action> ON_EXCESS = Option.choice(
            "on-excess",
            Limiter.Action.REJECT,
            "Action for messages that exceed a rate: reject drops them, pause delivers them and"
                    + " stops reading for a while, close closes the connection");

    private static final Option<String> NAME = Option.string("name", "sprocket", "Name of the logger");
    private static final Option<Boolean> LOG_CONTENT =
            Option.flag("log-content", false, "Log the first 500 characters of each message instead of its size only");
    private static final Option<Duration> THRESHOLD = Option.duration(
                    "threshold", Duration.ofMillis(50), "Duration of a callback from which a warning is logged")
            .positive();
    private static final Option<Integer> MAX_LINE_LENGTH = Option.size(
                    "max-line-length",
                    Lines.DEFAULT_LIMIT,
                    "Maximum length of a line; a longer line closes the connection")
            .positive();

    @Override
    public String name() {
        return "core";
    }

    @Override
    public Module module() {
        return binder -> {
            var layers = Multibinder.newSetBinder(binder, LayerFactory.class);
            layers.addBinding()
                    .toInstance(Factory.named("ip-filter", "Accepts connections by client address")
                            .requires(ANY)
                            .guards()
                            .options(ALLOW, DENY)
                            .warnings(CorePlugin::warnOfOpenFilter)
                            .layer(CorePlugin::filter));
            layers.addBinding()
                    .toInstance(Factory.named("limiter", "Limits the number of connections and their message rates")
                            .requires(ANY)
                            .options(
                                    MAX_CONNECTIONS,
                                    MAX_CONNECTIONS_PER_ADDRESS,
                                    MESSAGES_PER_SECOND,
                                    BYTES_PER_SECOND,
                                    ON_EXCESS)
                            .warnings(CorePlugin::warnOfMissingLimits)
                            .layer(CorePlugin::limiter));
            layers.addBinding()
                    .toInstance(Factory.named("logger", "Logs connections and messages")
                            .requires(SOCKET)
                            .options(NAME, LOG_CONTENT)
                            .layer((inner, settings) -> {
                                var logger = new MessageLogger<>(settings.get(NAME), LayerFactory.messages(inner));
                                return settings.get(LOG_CONTENT) ? logger.logContent() : logger;
                            }));
            layers.addBinding().to(AccessLogLayer.class);
            layers.addBinding()
                    .toInstance(
                            Factory.named("slow-callbacks", "Logs a warning for callbacks that block their event loop")
                                    .requires(ANY)
                                    .options(THRESHOLD)
                                    .layer((inner, settings) -> new SlowCallbackWarning<>(
                                            settings.get(THRESHOLD), LayerFactory.messages(inner))));
            layers.addBinding()
                    .toInstance(Factory.named("single-threaded", "Runs the inner component on one thread")
                            .requires(SOCKET)
                            .layer((inner, settings) -> new SingleThreaded<>(LayerFactory.messages(inner))));
            layers.addBinding()
                    .toInstance(Factory.named("lines", "Splits a byte stream into lines, one message each")
                            .requires(SOCKET)
                            .provides(SOCKET)
                            .options(MAX_LINE_LENGTH)
                            .layer((inner, settings) ->
                                    new Lines(LayerFactory.messages(inner)).limit(settings.get(MAX_LINE_LENGTH))));
            Multibinder.newSetBinder(binder, ComponentFactory.class)
                    .addBinding()
                    .toInstance(Factory.named("echo", "Sends every message back")
                            .requires(SOCKET)
                            .component(settings -> new EchoServer()));
        };
    }

    private static Component<?> filter(Component<?> inner, Settings settings) {
        return new IpFilter<>(LayerFactory.messages(inner))
                .allow(settings.get(ALLOW).toArray(String[]::new))
                .deny(settings.get(DENY).toArray(String[]::new));
    }

    private static void warnOfOpenFilter(Settings settings, ConfigErrors problems) {
        if (settings.get(ALLOW).isEmpty() && settings.get(DENY).isEmpty()) {
            problems.warn(settings.origin(), "layer ip-filter: accepts every address (expected: allow or deny)");
        }
    }

    private static void warnOfMissingLimits(Settings settings, ConfigErrors problems) {
        boolean rate = settings.get(MESSAGES_PER_SECOND) > 0 || settings.get(BYTES_PER_SECOND) > 0;
        if (!rate) {
            settings.warnIfSet(ON_EXCESS, "without messages-per-second or bytes-per-second", problems);
        }
        if (!rate && !settings.isSet(MAX_CONNECTIONS) && !settings.isSet(MAX_CONNECTIONS_PER_ADDRESS)) {
            problems.warn(settings.origin(), "layer limiter: limits nothing (expected: max-connections, …)");
        }
    }

    private static Component<?> limiter(Component<?> inner, Settings settings) {
        Limiter<?, ?> limiter = new Limiter<>(LayerFactory.messages(inner))
                .connections(settings.get(MAX_CONNECTIONS))
                .perAddress(settings.get(MAX_CONNECTIONS_PER_ADDRESS));
        if (settings.get(MESSAGES_PER_SECOND) > 0) {
            limiter = limiter.messages(settings.get(MESSAGES_PER_SECOND), settings.get(ON_EXCESS));
        }
        if (settings.get(BYTES_PER_SECOND) > 0) {
            limiter = limiter.bytes(settings.get(BYTES_PER_SECOND), settings.get(ON_EXCESS));
        }
        return limiter;
    }
}
