package dev.sprocket.app;

import com.typesafe.config.ConfigObject;
import dev.sprocket.core.IoServer;
import dev.sprocket.core.OverflowPolicy;
import dev.sprocket.core.PeerSet;
import dev.sprocket.http.HttpResponse;
import dev.sprocket.http.Router;
import dev.sprocket.plugin.FactoryRef;
import dev.sprocket.plugin.Option;
import dev.sprocket.plugin.Settings;
import dev.sprocket.pubsub.TopicPatterns;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** What a configuration file may say, besides what parts can be told. */
final class ConfigSchema {
    enum Proxy {
        OFF,
        OPTIONAL,
        REQUIRED
    }

    // listeners
    static final Option<List<String>> ADDRESS = Option.texts(
                    "address",
                    List.of("127.0.0.1:8080"),
                    "host:port, or several; port 0 takes a free one; unix:/path is a socket file; 0.0.0.0 is all of"
                            + " IPv4, [::] all of both families, or of IPv6 where 0.0.0.0 has its port",
                    ConfiguredAddress::check)
            .checked(ConfigSchema::oneOrMore);
    static final Option<Optional<String>> MODE = Option.optionalText(
                    "mode",
                    "permissions of unix:/path, such as 0660, in octal; without it the umask decides who may connect")
            .checked(mode -> mode.ifPresent(ConfiguredAddress::permissions));
    static final Option<String> CERTIFICATE =
            Option.requiredText("certificate", "file with the certificate chain in PEM, the server's own first");
    static final Option<Optional<String>> KEY = Option.optionalText(
            "key", "file with the private key in PEM (PKCS #8, PKCS #1 or SEC 1); default the certificate file");
    static final Option<Optional<String>> PASSPHRASE =
            Option.optionalSecret("passphrase", "passphrase of an encrypted key; without it such a key is refused");
    static final Option<List<String>> PROTOCOLS = Option.words(
                    "protocols",
                    List.of("TLSv1.3", "TLSv1.2"),
                    List.of("TLSv1.3", "TLSv1.2"),
                    "TLS versions that are served; clients with none of them are refused")
            .checked(ConfigSchema::oneOrMore);
    static final Option<Optional<Settings>> TLS = Option.object(
            "tls", List.of(CERTIFICATE, KEY, PASSPHRASE, PROTOCOLS), "TLS, with a certificate from files");
    static final Option<Proxy> PROXY =
            Option.choice("proxy-protocol", Proxy.OFF, "whether a load balancer says who the peer is");
    static final Option<List<String>> PROXIES = Option.texts(
            "proxies",
            List.of("127.0.0.1", "::1", "unix"),
            "addresses and ranges of trusted load balancers; those on a Unix domain socket are always trusted",
            PeerSet::check);
    static final Option<Integer> OUTBOUND = Option.size(
                    "outbound-limit",
                    (int) IoServer.DEFAULT_OUTBOUND_LIMIT,
                    "how much may wait for a peer that reads slowly")
            .positive();
    static final Option<OverflowPolicy> OVERFLOW =
            Option.choice("overflow", OverflowPolicy.CLOSE, "what happens past outbound-limit");
    static final Option<List<FactoryRef>> LAYERS = Option.parts(
            "layers", "around everything, outermost first; http is added where there are routes and it is not named");
    static final Option<Optional<FactoryRef>> COMPONENT = Option.part("component", "what stands inside the layers");

    // routes
    static final Option<String> PATH = Option.requiredText(
                    "path", "such as /ws, or /rooms/{room}; {rest*} is all that is left")
            .checked(ConfigSchema::path);
    static final Option<Optional<String>> HOST = Option.optionalText("host", "only requests for it, or *.it")
            .checked(host -> host.ifPresent(ConfigSchema::host));
    static final Option<List<Settings>> ROUTES = Option.table(
            "routes", List.of(PATH, HOST, LAYERS, COMPONENT), "where requests lead, instead of one component");
    static final Option<Boolean> HEALTH =
            Option.flag("health", true, "whether GET /health and /ready are answered, where there are routes");
    static final Option<Map<String, Settings>> LISTENERS = Option.named(
            "listeners",
            List.of(ADDRESS, MODE, TLS, PROXY, PROXIES, OUTBOUND, OVERFLOW, LAYERS, COMPONENT, ROUTES, HEALTH),
            "servers, by names of your choice");

    // topics
    static final Option<String> TOPICS = Option.text("topics", "*", "a topic, or the beginning of topics and a *")
            .checked(TopicPatterns::of);
    static final Option<Duration> WINDOW = Option.duration(
            "batch-window", Duration.ZERO, "how long an event may wait for others to leave with; for hot topics");
    static final Option<Optional<OverflowPolicy>> TOPIC_OVERFLOW = Option.optionalChoice(
            "overflow",
            OverflowPolicy.class,
            "what happens to events for subscribers that read too slowly, if not what their listener says");
    static final Option<List<Settings>> TOPIC_RULES = Option.table(
            "topics",
            List.of(TOPICS, WINDOW, TOPIC_OVERFLOW),
            "how events travel; the first that is about a topic counts");

    // plugins
    static final Option<String> FOLDER = Option.text("directory", "plugins", "whose jars are plugins");
    static final Option<List<String>> OFF = Option.texts("disabled", List.of(), "plugins that are left out, by name");
    static final Option<Optional<Settings>> PLUGINS =
            Option.object("plugins", List.of(FOLDER, OFF), "parts from elsewhere");

    // the server
    static final Option<Integer> LOOPS =
            Option.number("event-loops", 0, 0, 1024, "event loops; 0 is one for each core");
    static final Option<Integer> INBOUND = Option.size(
            "inbound-memory-limit",
            0,
            "bytes of unfinished requests and messages of all connections; 0 is an eighth of the heap; past it 503 or"
                    + " 1013 for those who have held most for longest");
    static final Option<Duration> DRAIN = Option.duration(
            "shutdown-timeout", Duration.ofSeconds(10), "how long connections may take to end when the server stops");
    static final Option<Optional<String>> TOPIC_FIELD = Option.optionalText(
            "topic-field",
            "for bridges tcp and zmq: the member that names the topic of an object that is no {topic, event}");

    /** Of each bridge, beside what its kind can be told. */
    static final Option<Optional<String>> KIND =
            Option.optionalText("type", "which bridge it is, where it does not have that name");

    static final List<Option<?>> BRIDGE_KEYS = List.of(KIND, LAYERS);

    static final Option<Optional<ConfigObject>> BRIDGES = Option.raw(
            "bridges",
            "objects by name",
            BRIDGE_KEYS,
            "ways in for backends, by their kinds, or by other names with a kind; with the keys of the kind");

    static final List<Option<?>> SERVER_KEYS =
            List.of(LISTENERS, BRIDGES, TOPIC_RULES, TOPIC_FIELD, PLUGINS, LOOPS, INBOUND, DRAIN);

    private ConfigSchema() {}

    private static void path(String path) {
        try {
            new Router().get(path, request -> HttpResponse.of(204));
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(
                    String.valueOf((e.getCause() == null ? e : e.getCause()).getMessage())
                            .replaceFirst("^path: ", ""),
                    e);
        }
    }

    private static void host(String host) {
        try {
            new Router().host(host, new Router());
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(String.valueOf(e.getMessage()).replaceFirst("^host: ", ""), e);
        }
    }

    private static void oneOrMore(List<?> some) {
        if (some.isEmpty()) {
            throw new IllegalArgumentException("none (expected: one or more)");
        }
    }
}
