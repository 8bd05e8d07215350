package dev.sprocket.checks.access;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sprocket.checks.keys.Site;
import dev.sprocket.pubsub.access.Action;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.zeromq.SocketType;
import org.zeromq.ZContext;
import org.zeromq.ZMQ;

/** Server of the access matrix, and the requests of its peers. */
final class MatrixSite implements AutoCloseable {
    private static final String FENCE = "fence";

    final HttpClient http =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private final Site site;
    private int fences;

    private MatrixSite(Site site) {
        this.site = site;
    }

    static MatrixSite start() throws IOException {
        List<String> text = new ArrayList<>();
        for (Grant grant : Grant.values()) {
            if (grant != Grant.DEFAULT) {
                String name = "." + grant.word() + ".{user}\" { ";
                text.add("topics.\"sub" + name + "subscribe = " + grant.value + ", publish = [backend, role root] }");
                text.add("topics.\"pub" + name + "subscribe = anyone, publish = " + grant.value + " }");
                text.add("procedures.\"call" + name + "call = " + grant.value + " }");
                text.add("procedures.\"reg" + name + "register = " + grant.value + " }");
            }
        }
        text.add("topics." + FENCE + " { subscribe = anyone, publish = backend }");
        text.add("topics.room { subscribe = authenticated, publish = subscribers }");
        String users = "{ basic-auth { users = [" + basic(Who.USER, "") + ", " + basic(Who.OTHER_USER, "") + ", "
                + basic(Who.ROLE, "staff, root") + "] } }";
        String realm = "{ wamp { meta-api = anyone } }";
        String logins = "{ wamp { realm = logins, allow-anonymous = on, users = [" + ticket(Who.USER, "guest") + ", "
                + ticket(Who.OTHER_USER, "guest") + ", " + ticket(Who.ROLE, "staff") + "] } }";
        String token = "tokens = [{ name = cms, token = \"" + Who.TOKEN + "\" }]";
        text.add(Site.listener(
                "web",
                "routes = ["
                        + String.join(
                                ", ",
                                route("/ws", "pubsub", "ws", realm),
                                route("/user-ws", "pubsub", users, "ws", realm),
                                route("/second", "pubsub", "ws", "{ wamp { realm = second } }"),
                                route("/user-second", "pubsub", users, "ws", "{ wamp { realm = second } }"),
                                route("/logins", "pubsub", "ws", logins),
                                route("/events", "events"),
                                route("/user-events", "events", users),
                                route("/push", "{ push { " + token + " } }"),
                                route("/open-push", "{ push { allow-anonymous = on } }"),
                                route("/user-push", "{ push { allow-anonymous = on } }", users))
                        + "]"));
        text.add(Site.listener("raw", "component = rawsocket"));
        text.add("bridges.known { type = http, port = 0, topics-path = \"/topics\", " + token + " }");
        text.add("bridges.local { type = http, port = 0, topics-path = \"/topics\" }");
        text.add("bridges.tcp { type = tcp, port = 0, acknowledge = on }");
        text.add("bridges.zmq { type = zmq, port = 0, socket-type = router }");
        return new MatrixSite(Site.start(text.toArray(String[]::new)));
    }

    private static String route(String path, String component, String... layers) {
        return "{ path = \"" + path + "\", layers = [" + String.join(", ", layers) + "], component = " + component
                + " }";
    }

    private static String basic(Who who, String roles) {
        return "{ user = " + who.id + ", password = \"" + who.password() + "\", roles = [" + roles + "] }";
    }

    private static String ticket(Who who, String role) {
        return "{ user = " + who.id + ", ticket = \"" + who.password() + "\", role = " + role + " }";
    }

    /** Returns the name of the matrix for an action and a grant. */
    static String name(Action action, Grant grant) {
        String kind =
                switch (action) {
                    case SUBSCRIBE -> "sub.";
                    case PUBLISH -> "pub.";
                    case CALL -> "call.";
                    case REGISTER -> "reg.";
                };
        return kind + grant.word() + "." + Who.USER.id;
    }

    /** Returns the path for a peer: that of users has an additional layer. */
    private static String path(String path, Who who) {
        return who.isAuthenticated() ? "/user-" + path : "/" + path;
    }

    Link webSocket(String path, String subprotocol, Who who) {
        return Link.webSocket(http, site.port(), path(path, who), subprotocol, who);
    }

    Wamp2 wamp2(Who who) throws Exception {
        return Wamp2.join(webSocket("ws", "wamp.2.json", who), "realm1");
    }

    Wamp2 second(Who who) throws Exception {
        return Wamp2.join(webSocket("second", "wamp.2.json", who), "second");
    }

    Wamp2 rawSocket(Who who) throws Exception {
        return Wamp2.login(Link.rawSocket(site.port("raw")), "logins", who);
    }

    private HttpRequest.Builder request(String port, String path, Who who) {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + site.port(port) + path))
                .timeout(Duration.ofSeconds(Link.TIMEOUT_SECONDS));
        if (who.isAuthenticated()) {
            request.header("Authorization", who.authorization());
            if (!who.isBackend()) {
                request.header("Origin", "http://127.0.0.1");
            }
        }
        return request;
    }

    /** Sends a request, and reports whether it was allowed. */
    private boolean send(HttpRequest request) throws Exception {
        HttpResponse<String> response = http.send(request, HttpResponse.BodyHandlers.ofString(UTF_8));
        assertThat(response.statusCode()).as(response.body()).isIn(200, 403);
        return response.statusCode() == 200;
    }

    private static HttpRequest post(HttpRequest.Builder request) {
        return post(request, "1");
    }

    private static HttpRequest post(HttpRequest.Builder request, String body) {
        return request.header("Content-Type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofString(body))
                .build();
    }

    /** Publishes an event with a new number, which follows all events before it. */
    int fence() throws Exception {
        fences++;
        assertThat(send(post(request("web", "/push/" + FENCE, Who.BACKEND), String.valueOf(fences))))
                .isTrue();
        return fences;
    }

    /** Pushes to a topic with a token. */
    boolean push(String topic) throws Exception {
        return send(post(request("web", "/push/" + topic, Who.BACKEND)));
    }

    /** Pushes to a topic without a token, at a loopback address. */
    boolean pushLocally(String topic) throws Exception {
        return send(post(request("local", "/push/" + topic, Who.LOCAL_BACKEND)));
    }

    /** Pushes to a topic as a user, behind a proxy. */
    boolean pushAsUser(String topic, Who who) throws Exception {
        String path = (who.isAuthenticated() ? "/user-push/" : "/open-push/") + topic;
        return send(post(request("web", path, who).header("X-Forwarded-For", "192.0.2.1")));
    }

    boolean readTopic(String topic, Who who) throws Exception {
        return send(request(who == Who.BACKEND ? "known" : "local", "/topics/" + topic, who)
                .GET()
                .build());
    }

    boolean readEvents(String topic, Who who) throws Exception {
        return readTopic(topic + "/events", who);
    }

    boolean clearEvents(String topic, Who who) throws Exception {
        return send(request(who == Who.BACKEND ? "known" : "local", "/topics/" + topic + "/events", who)
                .DELETE()
                .build());
    }

    boolean clearRetained(String topic, Who who) throws Exception {
        return send(request(who == Who.BACKEND ? "known" : "local", "/topics/" + topic + "/retained", who)
                .DELETE()
                .build());
    }

    boolean pushByTcp(String topic) throws IOException {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), site.port("tcp"))) {
            socket.setSoTimeout(Link.TIMEOUT_SECONDS * 1000);
            socket.getOutputStream().write((envelope(topic) + "\n").getBytes(UTF_8));
            return isAcknowledged(new BufferedReader(new InputStreamReader(socket.getInputStream(), UTF_8)).readLine());
        }
    }

    boolean pushByZmq(String topic) {
        try (ZContext context = new ZContext()) {
            ZMQ.Socket socket = context.createSocket(SocketType.REQ);
            socket.setReceiveTimeOut(Link.TIMEOUT_SECONDS * 1000);
            socket.setHandshakeIvl(500); // JeroMQ sometimes connects and then hears nothing
            socket.connect("tcp://127.0.0.1:" + site.port("zmq"));
            socket.send(envelope(topic));
            return isAcknowledged(socket.recvStr());
        }
    }

    private static String envelope(String topic) {
        return "{\"topic\":\"" + topic + "\",\"event\":1}";
    }

    private static boolean isAcknowledged(String line) {
        assertThat(line).matches("ok \\d+|error topic .* denied: .*");
        return line.startsWith("ok");
    }

    /** Opens an event stream, and reports whether it receives an event of its topic. */
    boolean stream(String topic, Who who) throws Exception {
        return stream("/" + topic, topic, who);
    }

    /** Opens an event stream of two topics, of which everybody may read the first. */
    boolean streamOfTwo(String topic, Who who) throws Exception {
        return stream("?topic=" + FENCE + "&topic=" + topic, topic, who);
    }

    private boolean stream(String rest, String topic, Who who) throws Exception {
        HttpResponse<InputStream> response = http.send(
                request("web", path("events", who) + rest, who).GET().build(),
                HttpResponse.BodyHandlers.ofInputStream());
        try (BufferedReader lines = new BufferedReader(new InputStreamReader(response.body(), UTF_8))) {
            assertThat(response.statusCode()).isIn(200, 403);
            if (response.statusCode() == 403) {
                return false;
            }
            assertThat(push(topic)).isTrue();
            String line = lines.readLine();
            while (!line.startsWith("data: ")) {
                line = lines.readLine();
            }
            return true;
        }
    }

    @Override
    public void close() {
        site.close();
    }
}
