package dev.sprocket.config.internal.schema;

import com.typesafe.config.ConfigObject;
import dev.sprocket.config.internal.access.AccessKeys;
import dev.sprocket.config.internal.cluster.ClusterKeys;
import dev.sprocket.config.internal.log.LogSettings;
import dev.sprocket.core.flow.OutboundLimit;
import dev.sprocket.core.internal.net.PeerSet;
import dev.sprocket.core.io.IoServer;
import dev.sprocket.core.tls.Tls;
import dev.sprocket.http.HttpResponse;
import dev.sprocket.http.route.Router;
import dev.sprocket.plugin.config.Option;
import dev.sprocket.plugin.config.Settings;
import dev.sprocket.plugin.config.Settings.FactoryRef;
import dev.sprocket.pubsub.MemoryLog;
import dev.sprocket.pubsub.internal.push.EventConditions;
import dev.sprocket.pubsub.internal.push.IdempotencyCache;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Keys of a configuration file, except those of layers, components, bridges and services. */
public final class ConfigSchema {
    public enum Proxy {
        OFF,
        OPTIONAL,
        REQUIRED
    }

    // listeners
    public static final Option<List<String>> ADDRESS = Option.strings(
                    "address",
                    List.of("127.0.0.1:8080"),
                    "Listening address host:port, or several; port 0 selects a free port; unix:/path is a"
                            + " Unix domain socket; 0.0.0.0 is all of IPv4; [::] is all of IPv6, and of IPv4 unless"
                            + " 0.0.0.0 has the same port",
                    ConfiguredAddress::check)
            .checked(ConfigSchema::oneOrMore);
    public static final Option<Optional<String>> MODE = Option.optionalString(
                    "mode",
                    "Permissions of the Unix domain sockets in octal, such as 0660; without it the umask"
                            + " of the process applies")
            .checked(mode -> mode.ifPresent(ConfiguredAddress::permissions));
    public static final Option<String> CERTIFICATE =
            Option.requiredString("certificate", "PEM file with the certificate chain, the server certificate first");
    public static final Option<Optional<String>> KEY = Option.optionalString(
            "key", "PEM file with the private key (PKCS #8, PKCS #1 or SEC 1); default: the certificate" + " file");
    public static final Option<Optional<String>> PASSPHRASE = Option.optionalSecret(
            "passphrase", "Passphrase of an encrypted private key; without it an encrypted key is an error");
    public static final Option<List<String>> PROTOCOLS = Option.choices(
                    "protocols",
                    List.of("TLSv1.3", "TLSv1.2"),
                    List.of("TLSv1.3", "TLSv1.2"),
                    "Accepted TLS versions; other clients fail in the handshake")
            .checked(ConfigSchema::oneOrMore);
    public static final Option<Tls.Provider> TLS_PROVIDER = Option.choice(
            "provider",
            Tls.Provider.AUTO,
            "Implementation of TLS: auto is openssl where its library loads and the key is RSA or EC, otherwise jdk;"
                    + " openssl is an error where it cannot be used");
    public static final Option<Duration> TICKET_ROTATION = Option.duration(
            "ticket-rotation",
            Duration.ofHours(12),
            "Time after which session tickets get a new random key; older tickets are accepted for two more periods;"
                    + " only with openssl (jdk: one hour)");
    public static final Option<Optional<String>> OCSP_RESPONSE = Option.optionalString(
            "ocsp-response",
            "OCSP response to staple (DER file), read again by SIGHUP; an expired one is logged and not stapled;"
                    + " only with openssl");

    /** Requirement of client certificates. */
    public enum ClientCertificate {
        REQUIRED,
        OPTIONAL
    }

    public static final Option<Optional<String>> CLIENT_ROOTS = Option.optionalString(
            "client-roots",
            "PEM file with the root certificates of clients, which are asked for a certificate; see certificate-auth;"
                    + " default: clients are not asked");
    public static final Option<ClientCertificate> CLIENT_CERTIFICATE = Option.choice(
            "client-certificate",
            ClientCertificate.REQUIRED,
            "With client-roots: required fails the handshake of clients without a certificate, optional accepts them;"
                    + " one of another issuer always fails");
    public static final Option<Optional<Settings>> TLS = Option.object(
            "tls",
            List.of(
                    CERTIFICATE,
                    KEY,
                    PASSPHRASE,
                    PROTOCOLS,
                    TLS_PROVIDER,
                    TICKET_ROTATION,
                    OCSP_RESPONSE,
                    CLIENT_ROOTS,
                    CLIENT_CERTIFICATE),
            "TLS with a certificate from files; SIGHUP reads the files again");
    public static final Option<Proxy> PROXY_PROTOCOL = Option.choice(
            "proxy-protocol",
            Proxy.OFF,
            "PROXY protocol header with the client address: off does not expect it, optional"
                    + " reads it from proxies and keeps the address of other connections, required closes"
                    + " connections without it or from other addresses");
    public static final Option<List<String>> PROXIES = Option.strings(
            "proxies",
            List.of("127.0.0.1", "::1", "unix"),
            "Addresses and ranges of the load balancers that may send a PROXY header; peers on a"
                    + " Unix domain socket always may",
            PeerSet::check);
    public static final Option<Integer> OUTBOUND_LIMIT = Option.size(
                    "outbound-limit",
                    (int) IoServer.DEFAULT_OUTBOUND_LIMIT,
                    "Maximum number of bytes pending for a slow reader; beyond it see overflow")
            .positive();
    public static final Option<OutboundLimit.Overflow> OVERFLOW = Option.choice(
            "overflow",
            OutboundLimit.Overflow.CLOSE,
            "Action beyond outbound-limit: close disconnects; drop-newest and drop-oldest lose"
                    + " messages; conflate keeps only the latest pending message per topic");
    public static final Option<List<FactoryRef>> LAYERS =
            Option.factories("layers", "Layers, outermost first; a listener with routes gets http if it is missing");
    public static final Option<Optional<FactoryRef>> COMPONENT =
            Option.factory("component", "Component inside the layers");

    // routes
    public static final Option<String> PATH = Option.requiredString(
                    "path", "Path, such as /ws or /rooms/{room}; {rest*} matches the remaining path")
            .checked(ConfigSchema::path);
    public static final Option<Optional<String>> HOST = Option.optionalString(
                    "host",
                    "Host name of the requests, or *.example.com for its subdomains; default: any host;"
                            + " requests that match no route get 404")
            .checked(host -> host.ifPresent(ConfigSchema::host));
    public static final Option<List<Settings>> ROUTES = Option.objects(
            "routes",
            List.of(PATH, HOST, LAYERS, COMPONENT),
            "Components by path, instead of component; other paths get 404");
    public static final Option<Boolean> HEALTH =
            Option.flag("health", true, "Health checks GET /health and GET /ready; only on listeners with routes");
    public static final Option<Map<String, Settings>> LISTENERS = Option.objectsByName(
            "listeners",
            List.of(
                    ADDRESS,
                    MODE,
                    TLS,
                    PROXY_PROTOCOL,
                    PROXIES,
                    OUTBOUND_LIMIT,
                    OVERFLOW,
                    LAYERS,
                    COMPONENT,
                    ROUTES,
                    HEALTH),
            "Listening servers by name; the names are free");

    // plugins
    public static final Option<String> PLUGIN_DIRECTORY =
            Option.string("directory", "plugins", "Directory with plugin jars; it may be missing");
    public static final Option<List<String>> DISABLED_PLUGINS =
            Option.strings("disabled", List.of(), "Names of plugins that are not loaded");
    public static final Option<Optional<Settings>> PLUGINS =
            Option.object("plugins", List.of(PLUGIN_DIRECTORY, DISABLED_PLUGINS), "Plugins from jar files");

    // the server
    public static final Option<Integer> EVENT_LOOPS =
            Option.number("event-loops", 0, 0, 1024, "Number of event loop threads; 0 means one per CPU core");
    public static final Option<Integer> INBOUND_MEMORY_LIMIT = Option.size(
            "inbound-memory-limit",
            0,
            "Maximum memory for incomplete requests and messages of all connections; 0 means 1/8"
                    + " of the heap; beyond it the largest and oldest are rejected with 503 or 1013");
    public static final Option<Integer> MAX_CONNECTIONS = Option.number(
            "max-connections",
            0,
            0,
            Integer.MAX_VALUE,
            "Maximum number of connections to all listeners and bridges; 0 means one per 8 KiB of the heap,"
                    + " and 32 KiB with TLS; further ones are closed, over plain HTTP with 503");
    public static final Option<Integer> HISTORY_MEMORY_LIMIT = Option.size(
                    "history-memory-limit",
                    (int) MemoryLog.DEFAULT_MAX_BYTES,
                    "Maximum memory of the events that all topics keep (history); beyond it the oldest event of a"
                            + " topic that keeps most is removed; separately for each realm with private topics; with an"
                            + " engine: memory of the copies on this server, of all realms together")
            .positive();
    public static final Option<Duration> EVENT_KEY_TTL = Option.duration(
            "event-key-ttl",
            IdempotencyCache.DEFAULT_TTL,
            "Time for which the key of a pushed event, {topic, event, key}, is stored; a repeat with the same key"
                    + " is not published again");
    public static final Option<Integer> EVENT_KEY_MEMORY_LIMIT = Option.size(
                    "event-key-memory-limit",
                    IdempotencyCache.DEFAULT_MAX_SIZE,
                    "Maximum memory for the keys of pushed events; a key counts 512 bytes and its text; beyond it"
                            + " events with a new key are rejected, over HTTP with 503")
            .positive();
    public static final Option<Integer> EVENT_VERSION_MEMORY_LIMIT = Option.size(
                    "event-version-memory-limit",
                    EventConditions.DEFAULT_VERSIONS_MAX_SIZE,
                    "Maximum memory for the newest versions of pushed events, {topic, event, version}; a topic"
                            + " counts 256 bytes and its name, for the ttl of its history or one hour; beyond it"
                            + " versions of further topics are rejected, over HTTP with 503")
            .positive();
    public static final Option<Duration> SHUTDOWN_TIMEOUT = Option.duration(
            "shutdown-timeout", Duration.ofSeconds(10), "Maximum time for connections to end when the server stops");
    public static final Option<Optional<String>> TOPIC_FIELD = Option.optionalString(
            "topic-field",
            "Name of the member with the topic, for JSON objects that are not {topic, event}"
                    + " envelopes; the whole object is the event; without this key such objects are"
                    + " rejected; for bridges tcp and zmq, except zmq messages of two frames");

    /** Keys of every bridge, in addition to those of its type. */
    static final Option<Optional<String>> BRIDGE_TYPE = Option.optionalString(
            "type", "Type of the bridge: http, tcp, zmq or a type of a plugin; default: its name");

    public static final List<Option<?>> BRIDGE_KEYS = List.of(BRIDGE_TYPE, LAYERS);

    public static final Option<Optional<ConfigObject>> BRIDGES = Option.rawObject(
            "bridges",
            "objects by name",
            BRIDGE_KEYS,
            "Bridges through which backends push events, named by their type or by any name with"
                    + " a type; further keys: see bridges below");

    public static final List<Option<?>> SERVER_KEYS = List.of(
            LISTENERS,
            BRIDGES,
            AccessKeys.TOPICS,
            AccessKeys.PROCEDURES,
            AccessKeys.DEFAULT_ACCESS,
            TOPIC_FIELD,
            ClusterKeys.ENGINE,
            ClusterKeys.NODE_NAME,
            ClusterKeys.NODE_LEASE,
            ClusterKeys.NODE_BEAT,
            ClusterKeys.READY_GRACE,
            PLUGINS,
            EVENT_LOOPS,
            INBOUND_MEMORY_LIMIT,
            MAX_CONNECTIONS,
            HISTORY_MEMORY_LIMIT,
            EVENT_KEY_TTL,
            EVENT_KEY_MEMORY_LIMIT,
            EVENT_VERSION_MEMORY_LIMIT,
            SHUTDOWN_TIMEOUT,
            LogSettings.LOG);

    private ConfigSchema() {}

    private static void path(String path) {
        try {
            var unused = new Router().get(path, request -> HttpResponse.of(204));
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(
                    String.valueOf((e.getCause() == null ? e : e.getCause()).getMessage())
                            .replaceFirst("^path: ", ""),
                    e);
        }
    }

    private static void host(String host) {
        try {
            var unused = new Router().host(host, new Router());
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
