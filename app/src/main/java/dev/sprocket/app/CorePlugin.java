package dev.sprocket.app;

import com.google.inject.Module;
import com.google.inject.multibindings.Multibinder;
import dev.sprocket.core.Component;
import dev.sprocket.core.Connection;
import dev.sprocket.core.EchoServer;
import dev.sprocket.core.FlashPolicy;
import dev.sprocket.core.IpFilter;
import dev.sprocket.core.Limiter;
import dev.sprocket.core.LimiterBuilder;
import dev.sprocket.core.Lines;
import dev.sprocket.core.MessageLogger;
import dev.sprocket.core.PeerSet;
import dev.sprocket.core.RateLimitAction;
import dev.sprocket.core.SingleThreaded;
import dev.sprocket.core.SlowCallbackWarning;
import dev.sprocket.plugin.ComponentFactory;
import dev.sprocket.plugin.LayerFactory;
import dev.sprocket.plugin.Option;
import dev.sprocket.plugin.Plugin;
import dev.sprocket.plugin.Settings;
import dev.sprocket.plugin.SimpleFactory;
import dev.sprocket.plugin.StackType;
import java.time.Duration;
import java.util.List;

/** Brings the parts of {@code core}. Not thread-safe. */
public final class CorePlugin implements Plugin {
    private static final StackType ANY = StackType.messages(Connection.class, Object.class);
    private static final StackType SOCKET = StackType.messages(Connection.class);

    private static final Option<List<String>> ALLOW = Option.texts(
            "allow",
            List.of(),
            "addresses and ranges that may connect, and unix for all of Unix domain sockets; none means all",
            PeerSet::check);
    private static final Option<List<String>> DENY = Option.texts(
            "deny", List.of(), "addresses and ranges, or unix, that may not, whatever is allowed", PeerSet::check);

    private static final Option<Integer> CONNECTIONS =
            Option.number("max-connections", Integer.MAX_VALUE, 1, Integer.MAX_VALUE, "how many there may be in all");
    private static final Option<Integer> PER_ADDRESS = Option.number(
            "max-connections-per-address",
            Integer.MAX_VALUE,
            1,
            Integer.MAX_VALUE,
            "connections of one IPv4 address or IPv6 /64; more are refused");
    static final Option<Integer> MESSAGES =
            Option.number("messages-per-second", 0, 0, Integer.MAX_VALUE, "a second and connection; 0 is no limit");
    static final Option<Integer> BYTES = Option.size("bytes-per-second", 0, "a second and connection; 0 is no limit");
    static final Option<RateLimitAction> PAST =
            Option.choice("on-excess", RateLimitAction.REJECT, "what happens to messages past these limits");

    private static final Option<String> NAME = Option.text("name", "sprocket", "the name in the log");
    private static final Option<Boolean> CONTENT =
            Option.flag("log-content", false, "whether messages are logged whole");
    private static final Option<Duration> THRESHOLD = Option.duration(
                    "threshold", Duration.ofMillis(50), "how long a callback may take unnoticed")
            .positive();
    private static final Option<Integer> LINE = Option.size("max-line-length", Lines.DEFAULT_LIMIT, "the longest line")
            .positive();
    private static final Option<String> DOMAIN = Option.text("domain", "*", "whose pages may connect");
    private static final Option<String> PORTS = Option.text("ports", "*", "to which ports");

    @Override
    public String name() {
        return "core";
    }

    @Override
    public Module module() {
        return binder -> {
            var layers = Multibinder.newSetBinder(binder, LayerFactory.class);
            layers.addBinding()
                    .toInstance(SimpleFactory.decorator(
                            "ip-filter",
                            "lets connections through by their addresses",
                            ANY,
                            List.of(ALLOW, DENY),
                            CorePlugin::filter));
            layers.addBinding()
                    .toInstance(SimpleFactory.decorator(
                            "limiter",
                            "limits connections, and how much each may send",
                            ANY,
                            List.of(CONNECTIONS, PER_ADDRESS, MESSAGES, BYTES, PAST),
                            CorePlugin::limiter));
            layers.addBinding()
                    .toInstance(SimpleFactory.decorator(
                            "logger", "logs what comes and goes", SOCKET, List.of(NAME, CONTENT), (inner, settings) -> {
                                var logger = new MessageLogger<>(settings.get(NAME), LayerFactory.messages(inner));
                                return settings.get(CONTENT) ? logger.withContent() : logger;
                            }));
            layers.addBinding()
                    .toInstance(SimpleFactory.decorator(
                            "access-log",
                            "writes a line for each connection when it ends",
                            SOCKET,
                            List.of(),
                            (inner, settings) -> new AccessLog(LayerFactory.messages(inner))));
            layers.addBinding()
                    .toInstance(SimpleFactory.decorator(
                            "slow-callbacks",
                            "warns of callbacks that hold their event loop",
                            ANY,
                            List.of(THRESHOLD),
                            (inner, settings) ->
                                    new SlowCallbackWarning<>(settings.get(THRESHOLD), LayerFactory.messages(inner))));
            layers.addBinding()
                    .toInstance(SimpleFactory.decorator(
                            "single-threaded",
                            "runs what is inside on one thread",
                            SOCKET,
                            List.of(),
                            (inner, settings) -> new SingleThreaded<>(LayerFactory.messages(inner))));
            layers.addBinding()
                    .toInstance(SimpleFactory.layer(
                            "lines",
                            "makes lines of a stream of bytes",
                            SOCKET,
                            SOCKET,
                            List.of(LINE),
                            (inner, settings) -> new Lines(LayerFactory.messages(inner), settings.get(LINE))));
            var components = Multibinder.newSetBinder(binder, ComponentFactory.class);
            components
                    .addBinding()
                    .toInstance(SimpleFactory.component(
                            "echo", "sends back what it gets", SOCKET, List.of(), settings -> new EchoServer()));
            components
                    .addBinding()
                    .toInstance(SimpleFactory.component(
                            "chat",
                            "tells everybody what anybody says",
                            SOCKET,
                            List.of(ChatRooms.NAMES),
                            new ChatRooms()::room));
            components
                    .addBinding()
                    .toInstance(SimpleFactory.component(
                            "flash-policy",
                            "answers Flash's question which pages may connect",
                            SOCKET,
                            List.of(DOMAIN, PORTS),
                            settings -> new FlashPolicy().allow(settings.get(DOMAIN), settings.get(PORTS))));
        };
    }

    private static Component<?> filter(Component<?> inner, Settings settings) {
        IpFilter<Connection, ?> filter = new IpFilter<>(LayerFactory.messages(inner));
        settings.get(ALLOW).forEach(filter::allow);
        settings.get(DENY).forEach(filter::deny);
        return filter;
    }

    private static Component<?> limiter(Component<?> inner, Settings settings) {
        LimiterBuilder limits =
                Limiter.builder().connections(settings.get(CONNECTIONS)).perAddress(settings.get(PER_ADDRESS));
        if (settings.get(MESSAGES) > 0) {
            limits.messages(settings.get(MESSAGES), settings.get(PAST));
        }
        if (settings.get(BYTES) > 0) {
            limits.bytes(settings.get(BYTES), settings.get(PAST));
        }
        return limits.around(LayerFactory.messages(inner));
    }
}
