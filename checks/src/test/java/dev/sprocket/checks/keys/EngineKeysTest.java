package dev.sprocket.checks.keys;

import static dev.sprocket.checks.keys.Key.*;
import static dev.sprocket.checks.keys.Site.closed;
import static dev.sprocket.checks.keys.Site.route;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sprocket.checks.RequiredPrograms;
import dev.sprocket.checks.keys.fixture.RedisProcess;
import dev.sprocket.config.ConfiguredServer;
import dev.sprocket.leaktest.SpinWait;
import dev.sprocket.plugin.config.ConfigurationException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import redis.clients.jedis.JedisPubSub;

/** Keys of a cluster: two servers from files on one Redis. */
@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
@Timeout(180)
@Tag("slow")
class EngineKeysTest {
    /** Time limit that a busy machine does not exceed. */
    private static final String PATIENT = ENGINE_REDIS_TIMEOUT.is("30s");

    private static String engine(RedisProcess redis, String... settings) {
        return engine(redis.uri(), settings);
    }

    private static String engine(String uri, String... settings) {
        List<String> all = new ArrayList<>(List.of(settings));
        all.add(ENGINE_REDIS_URI.text(uri));
        if (all.stream().noneMatch(one -> one.startsWith(ENGINE_REDIS_TIMEOUT.key()))) {
            all.add(PATIENT);
        }
        return ENGINE.is(ENGINE_REDIS.with(all.toArray(String[]::new)));
    }

    /** Starts a server without waiting for its engine. */
    private static Site begin(String... text) throws IOException {
        List<String> all = new ArrayList<>(List.of(text));
        all.add(Site.ALLOW_ALL);
        all.add(TOPICS.named(
                "\"kept.*\"",
                TOPICS_SUBSCRIBE.is("anyone"),
                TOPICS_PUBLISH.is("anyone"),
                TOPICS_HISTORY.object(TOPICS_HISTORY_SIZE.is(10))));
        all.add(closed(
                route("/events", EVENTS),
                route("/push", PUSH.with(PUSH_ALLOW_ANONYMOUS.is("on"))),
                route("/ws", PUBSUB, WS, WAMP),
                privateTopics("/a", "a.realm"),
                privateTopics("/b", "b.realm")));
        return Site.start(all.toArray(String[]::new));
    }

    private static String privateTopics(String path, String realm) {
        return route(
                path,
                PUBSUB,
                WS,
                WAMP.with(
                        WAMP_REALM.text(realm),
                        WAMP_PRIVATE_TOPICS.is("on"),
                        DEFAULT_ACCESS.object(
                                DEFAULT_ACCESS_SUBSCRIBE.is("anyone"), DEFAULT_ACCESS_PUBLISH.is("anyone"))));
    }

    /** Starts a server and waits until it is ready. */
    private static Site start(String... text) throws Exception {
        Site site = begin(text);
        awaitReady(site);
        return site;
    }

    private static void awaitReady(Site site) throws Exception {
        while (site.get("/ready").statusCode() != 200) {
            SpinWait.once();
        }
    }

    /** Server-Sent Events of one topic by a plain socket. */
    private static RawClient events(Site site, String topic) throws IOException {
        RawClient raw = RawClient.to(site.port());
        raw.send("GET /events/" + topic + " HTTP/1.0\r\nHost: 127.0.0.1\r\n\r\n");
        assertThat(raw.readHead()).contains(" 200 ");
        return raw;
    }

    /** Returns the data of the next event, which is not one of the protocol. */
    private static String data(RawClient events) throws IOException {
        boolean ofProtocol = false;
        for (String line = events.readLine(); line != null; line = events.readLine()) {
            ofProtocol = !line.isEmpty() && (ofProtocol || line.startsWith("event: "));
            if (!ofProtocol && line.startsWith("data: ")) {
                return line.substring(6);
            }
        }
        throw new AssertionError("the stream has ended");
    }

    private static void push(Site site, String topic, String event) throws Exception {
        assertThat(site.post("/push/" + topic, event))
                .satisfies(answer ->
                        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200));
    }

    /** Waits until some server listens to a topic at Redis. */
    private static void awaitListener(RedisProcess redis, String channel) throws InterruptedException {
        redis.await(jedis -> jedis.pubsubNumSub(channel).get(channel), count -> !"0".equals(String.valueOf(count)));
    }

    @Test
    void patterns_audience_and_retained_events_hold_on_both_servers() throws Exception {
        try (RedisProcess redis = RedisProcess.start();
                Site one = start(engine(redis));
                Site other = start(engine(redis));
                WampPeer publisher = WampPeer.join(one.port(), "/ws");
                WampPeer prefix = WampPeer.join(other.port(), "/ws");
                WampPeer excluded = WampPeer.connect(other.port(), "/ws")) {
            String welcome = excluded.hello("realm1", "");
            String session = welcome.substring(3, welcome.indexOf(',', 3));
            assertThat(excluded.exchange(32, "{},\"kept.1\"")).startsWith("[33,");
            assertThat(prefix.exchange(32, "{\"match\":\"prefix\"},\"kept.\"")).startsWith("[33,");
            assertThat(prefix.exchange(32, "{\"match\":\"wildcard\"},\".1\"")).startsWith("[33,");
            String acknowledged = "{\"acknowledge\":true,\"exclude\":[" + session + "]}";
            for (int i = 0; i < 10; i++) {
                String topic = i % 2 == 0 ? "\"kept.1\"" : "\"plain.1\"";
                assertThat(publisher.exchange(16, acknowledged + "," + topic + ",[" + i + "]"))
                        .startsWith("[17,");
            }
            for (int i = 0; i < 10; i++) {
                for (int copy = i % 2; copy < 2; copy++) { // the wildcard, and the prefix for kept topics
                    assertThat(prefix.receive()).startsWith("[36,").endsWith(",[" + i + "]]");
                }
            }
            String retained = "{\"acknowledge\":true,\"retain\":true},\"plain.1\",[10]";
            assertThat(publisher.exchange(16, retained)).startsWith("[17,");
            assertThat(prefix.receive()).endsWith(",[10]]");
            assertThat(publisher.exchange(16, "{\"acknowledge\":true},\"kept.1\",[11]"))
                    .startsWith("[17,");
            assertThat(excluded.receive()).startsWith("[36,").endsWith(",[11]]");
            assertThat(excluded.exchange(32, "{\"get_retained\":true},\"plain.1\""))
                    .startsWith("[33,");
            assertThat(excluded.receive()).contains("\"retained\":true").endsWith(",[10]]");
        }
    }

    @Test
    void publisher_is_told_of_retained_events_beyond_the_limits() throws Exception {
        String small = closed(route("/ws", PUBSUB, WS, WAMP.with(WAMP_MAX_BYTES_PER_REALM.is("\"4 KiB\""))));
        try (RedisProcess redis = RedisProcess.start();
                Site one = Site.start(engine(redis), Site.ALLOW_ALL, small);
                Site other = start(engine(redis));
                WampPeer publisher = WampPeer.join(one.port(), "/ws");
                WampPeer reader = WampPeer.join(other.port(), "/ws")) {
            awaitReady(one);
            assertThat(reader.subscribe("big")).startsWith("[33,");
            awaitListener(redis, "sprocket:0:t:big");
            String options = "{\"acknowledge\":true,\"retain\":true}";
            assertThat(publisher.exchange(16, options + ",\"a\",[1]")).startsWith("[17,");
            assertThat(publisher.exchange(16, options + ",\"big\",[\"" + "x".repeat(4096) + "\"]"))
                    .startsWith("[8,16,")
                    .contains("\"wamp.error.unavailable\"", "event published, but not retained: ");
            assertThat(reader.receive()).startsWith("[36,");
            assertThat(publisher.exchange(16, options + ",\"b\",[2]"))
                    .contains("\"wamp.error.unavailable\"", "limit of retained events of all servers reached");
            assertThat(publisher.exchange(16, options + ",\"a\"")).startsWith("[17,");
            assertThat(reader.exchange(32, "{\"get_retained\":true},\"big\"")).startsWith("[33,");
            assertThat(publisher.publish("big", "3")).startsWith("[17,");
            assertThat(reader.receive()).endsWith(",[3]]");
        }
    }

    @Test
    void pattern_of_a_realm_hears_no_other_realm() throws Exception {
        try (RedisProcess redis = RedisProcess.start();
                Site one = start(engine(redis));
                Site other = start(engine(redis));
                WampPeer a = WampPeer.join(one.port(), "/a", "a.realm");
                WampPeer b = WampPeer.join(one.port(), "/b", "b.realm");
                WampPeer prefix = WampPeer.join(other.port(), "/a", "a.realm");
                WampPeer wildcard = WampPeer.join(other.port(), "/b", "b.realm")) {
            assertThat(prefix.exchange(32, "{\"match\":\"prefix\"},\"x.\"")).startsWith("[33,");
            assertThat(wildcard.exchange(32, "{\"match\":\"wildcard\"},\".1\"")).startsWith("[33,");
            assertThat(b.publish("x.1", "1")).startsWith("[17,");
            assertThat(a.publish("x.1", "2")).startsWith("[17,");
            assertThat(b.publish("x.1", "3")).startsWith("[17,");
            assertThat(prefix.receive()).endsWith(",[2]]");
            assertThat(wildcard.receive()).endsWith(",[1]]");
            assertThat(wildcard.receive()).endsWith(",[3]]");
        }
    }

    @Test
    @Row({ENGINE, ENGINE_REDIS, ENGINE_REDIS_URI})
    void event_pushed_to_one_server_reaches_the_other() throws Exception {
        try (RedisProcess redis = RedisProcess.start();
                Site one = start(engine(redis));
                Site other = start(engine(redis));
                Site alone = Site.start(Site.ALLOW_ALL, closed(route("/events", EVENTS)));
                RawClient plain = events(other, "news");
                RawClient kept = events(other, "kept.news");
                RawClient unconnected = events(alone, "news");
                WampPeer peer = WampPeer.join(other.port(), "/ws")) {
            assertThat(peer.subscribe("news")).startsWith("[33,");
            awaitListener(redis, "sprocket:0:t:news");

            push(one, "news", "1");
            push(one, "kept.news", "2");
            push(other, "news", "3");

            assertThat(data(plain)).isEqualTo("1");
            assertThat(data(plain)).isEqualTo("3");
            assertThat(data(kept)).isEqualTo("2");
            assertThat(peer.receive()).startsWith("[36,").endsWith("[1]]");
            assertThat(redis.keys("*")).contains("sprocket:log:kept.news");
            var unused = alone.server().topics().topic("news").publish(dev.sprocket.pubsub.Event.of(4));
            assertThat(data(unconnected)).isEqualTo("4");
        }
    }

    @Test
    void private_topics_of_realms_never_meet() throws Exception {
        try (RedisProcess redis = RedisProcess.start();
                Site one = start(engine(redis));
                Site other = start(engine(redis));
                WampPeer shared = WampPeer.join(other.port(), "/ws");
                WampPeer ofA = WampPeer.join(other.port(), "/a", "a.realm");
                WampPeer ofB = WampPeer.join(other.port(), "/b", "b.realm");
                WampPeer publisher = WampPeer.join(one.port(), "/a", "a.realm")) {
            for (WampPeer peer : List.of(shared, ofA, ofB)) {
                assertThat(peer.subscribe("news")).startsWith("[33,");
            }
            awaitListener(redis, "sprocket:0:t:news");
            awaitListener(redis, "sprocket:0:t:@a%2Erealm.news");
            awaitListener(redis, "sprocket:0:t:@b%2Erealm.news");

            assertThat(publisher.publish("news", "1")).startsWith("[17,");
            push(one, "news", "2");
            try (WampPeer last = WampPeer.join(one.port(), "/b", "b.realm")) {
                assertThat(last.publish("news", "3")).startsWith("[17,");
            }

            assertThat(ofA.receive()).endsWith("[1]]");
            assertThat(shared.receive()).endsWith("[2]]");
            assertThat(ofB.receive()).endsWith("[3]]");
        }
    }

    @Test
    @Row(NODE_NAME)
    void node_name_names_the_mailbox() throws Exception {
        String host = InetAddress.getLocalHost().getHostName().replaceAll("[^A-Za-z0-9._-]", "-");
        try (RedisProcess redis = RedisProcess.start();
                Site named = start(engine(redis), NODE_NAME.text("web-1.example"));
                Site any = start(engine(redis))) {
            Set<String> mailboxes = Set.copyOf(redis.command(jedis -> jedis.pubsubChannels("sprocket:0:n:*")));

            assertThat(mailboxes)
                    .hasSize(2)
                    .contains("sprocket:0:n:web-1.example")
                    .anyMatch(mailbox -> mailbox.matches("sprocket:0:n:\\Q" + host + "\\E-[0-9a-f]{8}"));
            assertThat(any.reload(NODE_NAME.text("x"), Site.ALLOW_ALL, closed(route("/events", EVENTS))))
                    .contains("engine changed", "node-name changed");
        }
        assertThat(Site.problems(NODE_NAME.text("a b"), Site.ALLOW_ALL, closed(route("/events", EVENTS))))
                .singleElement()
                .asString()
                .endsWith("node-name: node name of 3 characters (expected: 1-255 of A-Z a-z 0-9 . _ -)");
    }

    @Test
    @Row(NODE_BEAT)
    void name_of_a_running_server_is_refused() throws Exception {
        // another server is noticed at its next beat
        String[] named = {NODE_NAME.text("one"), NODE_BEAT.is("100ms"), NODE_LEASE.is("2s")};
        try (RedisProcess redis = RedisProcess.start();
                Site site = start(engine(redis), named[0], named[1], named[2])) {
            assertThatThrownBy(() -> begin(engine(redis), named[0], named[1], named[2]))
                    .isInstanceOf(IOException.class)
                    .hasMessageEndingWith(
                            "site.conf:2: node name \"one\" is in use by another running node (expected: a"
                                    + " name of its own for each node)");
            assertThat(site.get("/ready").statusCode()).isEqualTo(200);
        }
    }

    @Test
    void name_is_free_after_a_stop() throws Exception {
        try (RedisProcess redis = RedisProcess.start()) {
            for (int i = 0; i < 2; i++) {
                start(engine(redis), NODE_NAME.text("one"), NODE_LEASE.is("1h")).close();
            }
        }
    }

    @Test
    @Row(NODE_LEASE)
    void server_is_listed_until_its_lease_ends() throws Exception {
        try (RedisProcess redis = RedisProcess.start();
                Site one = start(engine(redis), NODE_NAME.text("one"));
                Site other = start(engine(redis), NODE_NAME.text("other"), NODE_LEASE.is("1h"))) {
            assertThat(redis.leaseSeconds("one")).isBetween(1L, 10L);
            assertThat(redis.leaseSeconds("other")).isBetween(60L, 3600L);
            assertThat(one.get("/ready").statusCode() + other.get("/ready").statusCode())
                    .isEqualTo(400);
        }
        assertThat(Site.problems(
                        engine("redis://127.0.0.1"), NODE_LEASE.is("5s"), Site.ALLOW_ALL, closed(route("/e", EVENTS))))
                .singleElement()
                .asString()
                .endsWith(":2: node-lease: 5000ms (expected: at least two node-beats, 6000ms)");
        assertThat(Site.problems(
                        engine("redis://127.0.0.1"), NODE_BEAT.is("1ms"), Site.ALLOW_ALL, closed(route("/e", EVENTS))))
                .singleElement()
                .asString()
                .endsWith(":2: node-beat: 1ms (expected: 50ms or more)");
    }

    @Test
    @Row(READY_GRACE)
    void ready_grace_keeps_a_server_ready_without_its_redis() throws Exception {
        try (RedisProcess redis = RedisProcess.start();
                Site hasty = start(engine(redis), READY_GRACE.is("0s"));
                Site steady = start(engine(redis), READY_GRACE.is("forever"));
                Site patient = start(engine(redis))) {
            redis.close();

            while (hasty.get("/ready").statusCode() != 503) {
                SpinWait.once();
            }
            steady.awaitLog("engine away");
            assertThat(hasty.get("/ready").body()).contains("engine is away");
            assertThat(steady.get("/ready").statusCode()).isEqualTo(200);
            assertThat(patient.get("/health").statusCode()).isEqualTo(200);
        }
        assertThat(Site.problems(
                        engine("redis://127.0.0.1"),
                        READY_GRACE.is("never"),
                        Site.ALLOW_ALL,
                        closed(route("/e", EVENTS))))
                .singleElement()
                .asString()
                .contains("ready-grace: never (expected: duration or forever)");
    }

    @Test
    void connection_is_checked_before_a_start() throws Exception {
        String rest = Site.ALLOW_ALL + "\n" + closed(route("/events", EVENTS));
        try (RedisProcess redis = RedisProcess.start();
                Site running = start(engine(redis), NODE_NAME.text("one"))) {
            List<String> facts = new ArrayList<>();
            List<String> warnings = checkConnections(facts, engine(redis), NODE_NAME.text("one"), rest);

            assertThat(facts)
                    .contains("engine redis: connected", "engine redis: running servers: one")
                    .anyMatch(fact -> fact.matches("engine redis: round trip of a probe \\d+\\.\\d ms"));
            assertThat(facts).anyMatch(fact -> fact.matches("engine redis: Redis [67]\\..*, master, replicas: 0"));
            assertThat(warnings).singleElement().asString().contains("a running server has the lease of one");
            redis.command(jedis -> jedis.configSet("client-output-buffer-limit", "pubsub 1mb 1mb 60"));
            redis.command(jedis -> jedis.configSet("maxmemory", "1gb"));
            redis.command(jedis -> jedis.configSet("maxmemory-policy", "allkeys-lru"));
            warnings = checkConnections(facts, engine(redis), NODE_NAME.text("one"), rest);
            assertThat(warnings).anyMatch(warning -> warning.contains("(set client-output-buffer-limit to pubsub"));
            assertThat(warnings).anyMatch(warning -> warning.contains("(set maxmemory-policy to noeviction)"));
            assertThat(warnings).anyMatch(warning -> warning.contains("a running server has the lease of one"));
            assertThat(checkConnections(facts, engine(redis), NODE_NAME.text("two"), rest))
                    .noneMatch(warning -> warning.contains("lease"));
            assertThat(running.get("/ready").statusCode()).isEqualTo(200);
            redis.command(jedis -> jedis.aclSetUser("site", "on", ">s3cret-word", "~sprocket:*", "+@all"));
            assertThatThrownBy(() -> checkConnections(facts, engine(redis.uri("site:wrong-word@", "")), rest))
                    .isInstanceOf(ConfigurationException.class)
                    .hasMessageContaining("WRONGPASS")
                    .hasMessageContaining("(correct user and password in uri)")
                    .hasMessageNotContaining("wrong-word");
        }
        String nowhere = engine("redis://127.0.0.1:" + Site.freePort());
        assertThatThrownBy(() -> checkConnections(new ArrayList<>(), nowhere, rest))
                .isInstanceOf(ConfigurationException.class)
                .hasMessageContaining("site.conf:1: engine redis: not connected: ")
                .hasMessageContaining("(start the engine, or correct the address in uri)");
        List<String> facts = new ArrayList<>();
        assertThat(checkConnections(facts, rest)).isEmpty();
        assertThat(facts).containsExactly("no engine: this server is not part of a cluster");
    }

    @Test
    void keys_for_one_server_are_warned_of() throws Exception {
        String realm = route("/ws", PUBSUB, WS, WAMP.with(WAMP_META_API.is("anyone"), WAMP_SESSION_KILL.is("on")));
        String procedures = PROCEDURES.named("\"a.*\"", PROCEDURES_REGISTER.is("anyone"));
        String access = DEFAULT_ACCESS.object(DEFAULT_ACCESS_SUBSCRIBE.is("anyone"));
        try (RedisProcess redis = RedisProcess.start()) {
            assertThat(begin(engine(redis)).warningsAndClose())
                    .singleElement()
                    .asString()
                    .contains("register: with an engine, clients of other servers cannot call");
            assertThat(Site.start(engine(redis), access, procedures, closed(realm))
                            .warningsAndClose())
                    .hasSize(3)
                    .anyMatch(warning -> warning.contains("meta-api: with an engine"))
                    .anyMatch(warning -> warning.contains("session-kill: with an engine"))
                    .anyMatch(warning -> warning.contains("register: with an engine"));
            assertThat(Site.start(access, procedures, closed(realm)).warningsAndClose())
                    .isEmpty();
        }
    }

    /** Checks the connections of a file of these lines, and returns the warnings. */
    private static List<String> checkConnections(List<String> facts, String... text) throws IOException {
        Path folder = Files.createTempDirectory("check");
        Path file = Files.writeString(folder.resolve("site.conf"), String.join("\n", text));
        try {
            return ConfiguredServer.of(file).checkConnections(Duration.ofSeconds(30), facts::add);
        } finally {
            Files.delete(file);
            Files.delete(folder);
        }
    }

    @Test
    @Row(ENGINE_REDIS_PREFIX)
    void sites_with_two_prefixes_share_a_redis() throws Exception {
        String mine = ENGINE_REDIS_PREFIX.text("mine");
        try (RedisProcess redis = RedisProcess.start();
                Site one = start(engine(redis, mine));
                Site other = start(engine(redis, mine));
                Site stranger = start(engine(redis, ENGINE_REDIS_PREFIX.text("theirs")));
                RawClient heard = events(other, "kept.x");
                RawClient apart = events(stranger, "kept.x")) {
            push(one, "kept.x", "1");
            push(stranger, "kept.x", "2");

            assertThat(data(heard)).isEqualTo("1");
            assertThat(data(apart)).isEqualTo("2");
            assertThat(redis.keys("*:log:*")).containsExactlyInAnyOrder("mine:log:kept.x", "theirs:log:kept.x");
        }
    }

    @Test
    void sites_with_two_databases_share_a_redis() throws Exception {
        try (RedisProcess redis = RedisProcess.start();
                Site one = start(engine(redis.uri("", "/3")));
                Site stranger = start(engine(redis.uri("", "/4")));
                RawClient heard = events(one, "news");
                RawClient apart = events(stranger, "news")) {
            awaitListener(redis, "sprocket:3:t:news");
            awaitListener(redis, "sprocket:4:t:news");
            push(one, "news", "1");
            push(stranger, "news", "2");

            assertThat(data(heard)).isEqualTo("1");
            assertThat(data(apart)).isEqualTo("2");
        }
    }

    @Test
    @Row(ENGINE_REDIS_TIMEOUT)
    void timeout_ends_the_wait_for_a_silent_redis() throws Exception {
        try (ServerSocket silent = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
                Site site =
                        begin(engine("redis://127.0.0.1:" + silent.getLocalPort(), ENGINE_REDIS_TIMEOUT.is("200ms")))) {
            site.awaitLog("no answer within 200 ms");
            assertThat(site.get("/ready").statusCode()).isEqualTo(503);
        }
    }

    @Test
    @Row(ENGINE_REDIS_PROBE_INTERVAL)
    void probes_travel_in_their_interval() throws Exception {
        try (RedisProcess redis = RedisProcess.start();
                Site site = start(engine(redis, ENGINE_REDIS_PROBE_INTERVAL.is("20ms")))) {
            // by default they would take longer than this test may
            redis.command(jedis -> {
                jedis.psubscribe(
                        new JedisPubSub() {
                            private int probes;

                            @Override
                            public void onPMessage(String pattern, String channel, String message) {
                                probes++;
                                if (probes == 100) {
                                    punsubscribe();
                                }
                            }
                        },
                        "sprocket:0:p:*");
                return null;
            });
            assertThat(site.get("/ready").statusCode()).isEqualTo(200);
        }
    }

    @Test
    @Row({ENGINE_REDIS_WAIT_REPLICAS, ENGINE_REDIS_WAIT_TIMEOUT})
    void publish_fails_without_the_replicas_to_wait_for() throws Exception {
        String[] waiting = {ENGINE_REDIS_WAIT_REPLICAS.is(1), ENGINE_REDIS_WAIT_TIMEOUT.is("70ms")};
        try (RedisProcess redis = RedisProcess.start();
                Site unsure = start(engine(redis));
                Site safe = start(engine(redis, waiting))) {
            push(unsure, "kept.x", "1");
            assertThat(safe.post("/push/kept.x", "2").statusCode()).isEqualTo(503);
            try (WampPeer peer = WampPeer.join(safe.port(), "/ws")) {
                assertThat(peer.publish("kept.x", "2"))
                        .contains("0 of 1 replicas")
                        .contains("70 ms");
            }
            try (RedisProcess replica = RedisProcess.start("replicaof 127.0.0.1 " + redis.port())) {
                replica.await(jedis -> jedis.info("replication"), info -> info.contains("master_link_status:up"));
                while (safe.post("/push/kept.x", "3").statusCode() != 200) {
                    SpinWait.once();
                }
                assertThat(replica.keys("*")).contains("sprocket:log:kept.x");
            }
        }
    }

    @Test
    @Row(ENGINE_REDIS_TRUSTED_CERTIFICATES)
    void redis_with_tls_needs_a_trusted_certificate(@TempDir Path folder) throws Exception {
        RequiredPrograms.require("redis-server");
        RequiredPrograms.requireWorking("Redis with TLS", "sh", "-c", "redis-cli --help 2>&1 | grep -q -e --tls");
        String certificate = folder.resolve("cert.pem").toString();
        String key = folder.resolve("key.pem").toString();
        Site.run(
                "openssl",
                "req",
                "-x509",
                "-newkey",
                "rsa:2048",
                "-nodes",
                "-subj",
                "/CN=redis",
                "-addext",
                "subjectAltName=IP:127.0.0.1",
                "-keyout",
                key,
                "-out",
                certificate);
        int port = Site.freePort();
        Process redis = new ProcessBuilder(
                        "env",
                        "redis-server",
                        "--port",
                        "0",
                        "--save",
                        "",
                        "--bind",
                        "127.0.0.1",
                        "--tls-port",
                        String.valueOf(port),
                        "--tls-cert-file",
                        certificate,
                        "--tls-key-file",
                        key,
                        "--tls-auth-clients",
                        "no")
                .directory(folder.toFile())
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start();
        String uri = "rediss://127.0.0.1:" + port;
        String trust = ENGINE_REDIS_TRUSTED_CERTIFICATES.text(certificate);
        try (Site one = start(engine(uri, trust));
                Site other = start(engine(uri, trust));
                RawClient heard = events(other, "kept.x");
                Site distrustful = begin(engine(uri))) {
            push(one, "kept.x", "1");

            assertThat(data(heard)).isEqualTo("1");
            assertThat(distrustful.awaitLog("engine away")).containsIgnoringCase("certificat");
        } finally {
            redis.destroy();
        }
        assertThat(Site.problems(
                        engine(uri, ENGINE_REDIS_TRUSTED_CERTIFICATES.text(key)),
                        Site.ALLOW_ALL,
                        closed(route("/events", EVENTS))))
                .singleElement()
                .asString()
                .contains("trusted-certificates: ");
    }

    @Test
    void server_starts_before_its_redis() throws Exception {
        int port = Site.freePort();
        try (Site site = begin(engine("redis://127.0.0.1:" + port))) {
            site.awaitLog("engine away");
            assertThat(site.get("/ready").statusCode()).isEqualTo(503);
            assertThat(site.get("/health").statusCode()).isEqualTo(200);
            try (RedisProcess redis = RedisProcess.start(port)) {
                awaitReady(site);
                push(site, "kept.x", "1");
                assertThat(redis.keys("*")).contains("sprocket:log:kept.x");
            }
        }
    }

    @Test
    void user_of_acl_logs_in_and_password_stays_secret() throws Exception {
        try (RedisProcess redis = RedisProcess.start()) {
            redis.command(jedis -> jedis.aclSetUser(
                    "site", "on", ">s3cret-word", "resetchannels", "~sprocket:*", "&sprocket:*", "+@all"));
            try (Site site = start(engine(redis.uri("site:s3cret-word@", "")))) {
                push(site, "kept.x", "1");
                assertThat(site.drainLog()).noneMatch(line -> line.contains("s3cret"));
            }
            try (Site site = begin(engine(redis.uri("site:wrong-word@", "")))) {
                assertThat(site.awaitLog("engine away")).contains("WRONGPASS").doesNotContain("wrong-word");
                assertThat(site.get("/ready").body()).doesNotContain("wrong-word");
                assertThat(site.server().explain()).doesNotContain("wrong-word");
            }
        }
    }

    @Test
    void invalid_settings_are_errors_without_the_password() throws Exception {
        String rest = Site.ALLOW_ALL + "\n" + closed(route("/events", EVENTS));
        for (String uri : List.of("http://u:s3cret@host", "redis://u:s3cret@host:99999", "u:s3cret", "redis://")) {
            assertThat(Site.problems(engine(uri), rest))
                    .as(uri)
                    .singleElement()
                    .asString()
                    .contains(": uri: ")
                    .contains("expected: redis://")
                    .doesNotContain("s3cret");
        }
        assertThat(Site.problems(
                        engine(
                                "redis://127.0.0.1",
                                ENGINE_REDIS_PREFIX.text(""),
                                ENGINE_REDIS_TIMEOUT.is("0s"),
                                ENGINE_REDIS_PROBE_INTERVAL.is("0s")),
                        rest))
                .hasSize(3)
                .allMatch(error -> error.contains("expected: "));
        assertThat(Site.problems(ENGINE.is("nats"), rest))
                .singleElement()
                .asString()
                .contains("unknown Engine: nats");
        assertThat(Site.problems(ENGINE.is("{ redis {}, nats {} }"), rest))
                .singleElement()
                .asString()
                .contains("engine: ");
    }
}
