package dev.sprocket.checks.keys;

import static dev.sprocket.checks.keys.Key.*;
import static dev.sprocket.checks.keys.Site.ALLOW_ALL;
import static dev.sprocket.checks.keys.Site.listener;
import static dev.sprocket.checks.keys.Site.route;
import static dev.sprocket.checks.keys.Site.web;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sprocket.checks.RequiredPrograms;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Keys of {@code wamp}, {@code rawsocket} and {@code pubsub}. */
@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
@Timeout(180)
class WampKeysTest {
    private static final String USERS = BASIC_AUTH.with(BASIC_AUTH_USERS.row(
            BASIC_AUTH_USERS_USER.text("ann"),
            BASIC_AUTH_USERS_PASSWORD.text("secret"),
            BASIC_AUTH_USERS_ROLES.texts("reader")));
    private static final String ANN =
            "Authorization: Basic " + Base64.getEncoder().encodeToString("ann:secret".getBytes(UTF_8));

    /** Requests with Basic credentials include an origin, like those of browsers. */
    private static final String ORIGIN = "Origin: http://127.0.0.1";

    private static String free(String path, String... wamp) {
        return route(path, PUBSUB, WS, WAMP.with(wamp));
    }

    /** Returns a v1 client after WELCOME. */
    private static RawWebSocket v1(Site site, String path) throws IOException {
        RawWebSocket client = RawWebSocket.open(site.port(), path, "Sec-WebSocket-Protocol: wamp");
        assertThat(client.receive()).startsWith("[0,");
        return client;
    }

    @Test
    @Row(WAMP_CURIES)
    void curies_ratchet_inserts_a_hash() throws Exception {
        try (Site site = Site.start(web(
                free("/plain"),
                free("/ratchet", WAMP_CURIES.is("ratchet")),
                route("/push", PUSH.with(PUSH_ALLOW_ANONYMOUS.is("on")))))) {
            try (RawWebSocket plain = v1(site, "/plain");
                    RawWebSocket ratchet = v1(site, "/ratchet")) {
                for (RawWebSocket client : List.of(plain, ratchet)) {
                    client.send("[1,\"p\",\"http://a.example/x\"]")
                            .send("[5,\"p:y\"]")
                            .send("[2,\"1\",\"none\"]");
                    assertThat(client.receive()).startsWith("[4,\"1\",");
                }
                for (String topic : List.of("http://a.example/xy", "http://a.example/x#y")) {
                    String push = "{\"topic\":\"" + topic + "\",\"event\":1}";
                    assertThat(site.post("/push", push).body()).contains("\"subscribers\":1");
                }
                assertThat(plain.receive()).isEqualTo("[8,\"http://a.example/xy\",1]");
                assertThat(ratchet.receive()).isEqualTo("[8,\"http://a.example/x#y\",1]");
            }
        }
    }

    @Test
    @Row({WAMP_MAX_SUBSCRIPTIONS, WAMP_MAX_PREFIXES, WAMP_MAX_REGISTRATIONS})
    void max_subscriptions_prefixes_and_registrations_limit_clients() throws Exception {
        try (Site site = Site.start(web(
                free("/few", WAMP_MAX_SUBSCRIPTIONS.is(2), WAMP_MAX_PREFIXES.is(1), WAMP_MAX_REGISTRATIONS.is(1)),
                free("/default", WAMP_REALM.text("other"))))) {
            try (WampPeer peer = WampPeer.join(site.port(), "/few")) {
                assertThat(peer.subscribe("a") + peer.subscribe("b"))
                        .startsWith("[33,")
                        .contains("[33,2");
                assertThat(peer.subscribe("c")).doesNotStartWith("[33,");
            }
            try (WampPeer peer = WampPeer.join(site.port(), "/few")) {
                assertThat(peer.register("a")).startsWith("[65,");
                assertThat(peer.register("b")).doesNotStartWith("[65,");
            }
            try (RawWebSocket client = v1(site, "/few")) {
                client.send("[1,\"p\",\"http://a.example/\"]").send("[1,\"q\",\"http://b.example/\"]");
                client.assertClosed(1008);
            }
            try (WampPeer peer = WampPeer.join(site.port(), "/default", "other")) {
                for (int i = 0; i < PrintedKeys.numberOf(WAMP_MAX_SUBSCRIPTIONS); i++) {
                    assertThat(peer.subscribe("t" + i)).startsWith("[33,");
                }
                assertThat(peer.subscribe("more")).doesNotStartWith("[33,");
            }
            try (WampPeer peer = WampPeer.join(site.port(), "/default", "other")) {
                for (int i = 0; i < PrintedKeys.numberOf(WAMP_MAX_REGISTRATIONS); i++) {
                    assertThat(peer.register("p" + i)).startsWith("[65,");
                }
                assertThat(peer.register("more")).doesNotStartWith("[65,");
            }
            try (RawWebSocket client = v1(site, "/default")) {
                for (int i = 0; i < PrintedKeys.numberOf(WAMP_MAX_PREFIXES); i++) {
                    client.send("[1,\"p" + i + "\",\"http://a.example/\"]");
                }
                client.send("[2,\"1\",\"none\"]");
                assertThat(client.receive()).startsWith("[4,\"1\",");
                client.send("[1,\"more\",\"http://a.example/\"]").assertClosed(1008);
            }
        }
    }

    /** Joins a realm with Autobahn for Python, and returns the name of the joined realm. */
    private static String autobahn(String url, String realm) throws Exception {
        RequiredPrograms.requireWorking("python3-autobahn", "python3", "-c", "import autobahn");
        String python =
                """
                import asyncio, sys
                sys.path.insert(0, 'src/test/interop/wamp')
                from clients import connect
                async def main():
                    session = await connect(sys.argv[1], 'json', sys.argv[2])
                    print(session.details.realm)
                    await session.close()
                asyncio.run(main())
                """;
        return Site.run("python3", "-c", python, url, realm);
    }

    @Test
    @Row({WAMP_REALM, WAMP_PRIVATE_TOPICS})
    void realm_is_joined_with_private_topics() throws Exception {
        try (Site site = Site.start(web(
                free("/default"),
                free("/shared", WAMP_REALM.text("com.shared")),
                free("/own", WAMP_REALM.text("com.own"), WAMP_PRIVATE_TOPICS.is("on"), ALLOW_ALL),
                route("/push", PUSH.with(PUSH_ALLOW_ANONYMOUS.is("on")))))) {
            assertThat(autobahn("ws://127.0.0.1:" + site.port() + "/own", "com.own"))
                    .isEqualTo("com.own\n");
            try (WampPeer wrong = WampPeer.connect(site.port(), "/default")) {
                assertThat(wrong.hello("com.shared", "")).startsWith("[3,").contains("wamp.error.no_such_realm");
            }
            try (WampPeer standard = WampPeer.join(site.port(), "/default", "realm1");
                    WampPeer shared = WampPeer.join(site.port(), "/shared", "com.shared");
                    WampPeer own = WampPeer.join(site.port(), "/own", "com.own")) {
                standard.subscribe("news");
                shared.subscribe("news");
                own.subscribe("news");
                site.post("/push/news", "1", "Content-Type", "application/json");
                assertThat(standard.receive()).startsWith("[36,").endsWith(",[1]]");
                assertThat(shared.receive()).startsWith("[36,").endsWith(",[1]]");
                assertThat(own.call("none", "")).startsWith("[8,48,");
            }
        }
    }

    @Test
    @Row(WAMP_STRICT_URIS)
    void strict_uris_rejects_upper_case() throws Exception {
        try (Site site =
                Site.start(web(free("/default"), free("/strict", WAMP_REALM.text("s"), WAMP_STRICT_URIS.is("on"))))) {
            try (WampPeer loose = WampPeer.join(site.port(), "/default");
                    WampPeer strict = WampPeer.join(site.port(), "/strict", "s")) {
                assertThat(loose.subscribe("com.Example")).startsWith("[33,");
                assertThat(strict.subscribe("com.Example")).contains("wamp.error.invalid_uri");
                assertThat(strict.subscribe("com.example")).startsWith("[33,");
            }
        }
    }

    @Test
    @Row(WAMP_SESSION_KILL)
    void session_kill_lets_clients_end_sessions() throws Exception {
        try (Site site = Site.start(web(
                free("/default", WAMP_META_API.is("anyone")),
                free("/kill", WAMP_REALM.text("k"), WAMP_SESSION_KILL.is("on"), WAMP_META_API.is("anyone"))))) {
            for (String path : List.of("/default", "/kill")) {
                String realm = path.equals("/kill") ? "k" : "realm1";
                try (WampPeer one = WampPeer.connect(site.port(), path);
                        WampPeer other = WampPeer.join(site.port(), path, realm)) {
                    String welcome = one.hello(realm, "");
                    String id = welcome.substring(3, welcome.indexOf(',', 3));
                    String response = other.call("wamp.session.kill", id);
                    if (path.equals("/kill")) {
                        assertThat(response).startsWith("[50,");
                        assertThat(one.receive()).startsWith("[6,").contains("wamp.close.killed");
                    } else {
                        assertThat(response).startsWith("[8,48,");
                        assertThat(one.subscribe("a")).startsWith("[33,");
                    }
                }
            }
        }
    }

    private static String login(Site site, String path, String realm, String method, String user, Proof proof)
            throws Exception {
        try (WampPeer peer = WampPeer.connect(site.port(), path)) {
            String challenge = peer.hello(realm, ",\"authid\":\"" + user + "\",\"authmethods\":[\"" + method + "\"]");
            if (!challenge.startsWith("[4,")) {
                return challenge;
            }
            return peer.send("[5,\"" + proof.of(challenge) + "\",{}]").receive();
        }
    }

    private interface Proof {
        String of(String challenge) throws Exception;
    }

    private static String cra(String secret, String challenge) throws Exception {
        String text = com.google.gson.JsonParser.parseString(challenge)
                .getAsJsonArray()
                .get(2)
                .getAsJsonObject()
                .get("challenge")
                .getAsString();
        Mac mac = Mac.getInstance("HmacSHA256");
        mac.init(new SecretKeySpec(secret.getBytes(UTF_8), "HmacSHA256"));
        return Base64.getEncoder().encodeToString(mac.doFinal(text.getBytes(UTF_8)));
    }

    @Test
    @Row({
        WAMP_USERS_USER,
        WAMP_USERS_ROLE,
        WAMP_USERS_TICKET,
        WAMP_USERS_SECRET,
        WAMP_USERS_PUBLIC_KEY,
        WAMP_ALLOW_ANONYMOUS
    })
    void users_join_by_their_credentials() throws Exception {
        java.security.KeyPair pair =
                java.security.KeyPairGenerator.getInstance("Ed25519").generateKeyPair();
        byte[] encoded = pair.getPublic().getEncoded();
        String publicKey = HexFormat.of().formatHex(encoded, encoded.length - 32, encoded.length);
        String logins = WAMP_USERS.rows(
                List.of(WAMP_USERS_USER.text("ann"), WAMP_USERS_TICKET.text("t1cket-of-ann")),
                List.of(
                        WAMP_USERS_USER.text("ben"),
                        WAMP_USERS_SECRET.text("s3cret-of-ben"),
                        WAMP_USERS_ROLE.text("editor")),
                List.of(WAMP_USERS_USER.text("cem"), WAMP_USERS_PUBLIC_KEY.text(publicKey)));
        try (Site site = Site.start(web(
                free("/default"),
                free("/logins", WAMP_REALM.text("l"), logins),
                free("/both", WAMP_REALM.text("b"), logins, WAMP_ALLOW_ANONYMOUS.is("on"))))) {
            assertThat(login(site, "/logins", "l", "ticket", "ann", any -> "t1cket-of-ann"))
                    .startsWith("[2,")
                    .contains("\"authid\":\"ann\"")
                    .contains("\"authrole\":" + PrintedKeys.defaultOf(WAMP_USERS_ROLE));
            assertThat(login(site, "/logins", "l", "ticket", "ann", any -> "other"))
                    .startsWith("[3,");
            assertThat(login(site, "/logins", "l", "wampcra", "ben", challenge -> cra("s3cret-of-ben", challenge)))
                    .startsWith("[2,")
                    .contains("\"authrole\":\"editor\"");
            assertThat(login(site, "/logins", "l", "wampcra", "ben", challenge -> cra("other", challenge)))
                    .startsWith("[3,");
            assertThat(cryptosign(site, pair, publicKey)).startsWith("[2,").contains("\"authid\":\"cem\"");
            try (WampPeer peer = WampPeer.connect(site.port(), "/logins")) {
                assertThat(peer.hello("l", "")).startsWith("[3,");
            }
            try (WampPeer peer = WampPeer.connect(site.port(), "/both")) {
                assertThat(peer.hello("b", "")).startsWith("[2,").contains("\"authrole\":\"anonymous\"");
            }
            WampPeer.join(site.port(), "/default").close();
        }
    }

    /** Logs in with Autobahn for Python; returns the realm or the error. */
    private static String autobahnLogin(String url, String method) throws Exception {
        RequiredPrograms.requireWorking("python3-autobahn", "python3", "-c", "import autobahn");
        String python =
                """
                import asyncio, sys
                sys.path.insert(0, 'src/test/interop/wamp')
                from clients import connect
                async def main():
                    auth = {'method': sys.argv[2], 'authid': 'ann', 'secret': 's3cret-of-ann'}
                    try:
                        session = await connect(sys.argv[1], 'json', 'realm1', auth)
                        print(session.details.realm)
                        await session.close()
                    except Exception as e:
                        print(e.error)
                asyncio.run(main())
                """;
        return Site.run("python3", "-c", python, url, method);
    }

    @Test
    @Row(WAMP_LOGINS)
    void logins_restrict_the_ways_to_join_by_a_route() throws Exception {
        String users = WAMP_USERS.row(
                WAMP_USERS_USER.text("ann"),
                WAMP_USERS_TICKET.text("s3cret-of-ann"),
                WAMP_USERS_SECRET.text("s3cret-of-ann"));
        try (Site site = Site.start(web(free("/default", users), free("/cra", WAMP_LOGINS.is("[wampcra]"))))) {
            String url = "ws://127.0.0.1:" + site.port();
            assertThat(autobahnLogin(url + "/default", "ticket")).isEqualTo("realm1\n");
            assertThat(autobahnLogin(url + "/cra", "wampcra")).isEqualTo("realm1\n");
            assertThat(autobahnLogin(url + "/cra", "ticket")).isEqualTo("wamp.error.no_matching_auth_method\n");
        }
    }

    private static String cryptosign(Site site, java.security.KeyPair pair, String publicKey) throws Exception {
        try (WampPeer peer = WampPeer.connect(site.port(), "/logins")) {
            String challenge = peer.hello(
                    "l",
                    ",\"authid\":\"cem\",\"authmethods\":[\"cryptosign\"],\"authextra\":{\"pubkey\":\"" + publicKey
                            + "\"}");
            assertThat(challenge).startsWith("[4,\"cryptosign\"");
            String hex = challenge.replaceAll(".*\"challenge\":\"([0-9a-f]+)\".*", "$1");
            java.security.Signature signer = java.security.Signature.getInstance("Ed25519");
            signer.initSign(pair.getPrivate());
            signer.update(HexFormat.of().parseHex(hex));
            String signature = HexFormat.of().formatHex(signer.sign()) + hex;
            return peer.send("[5,\"" + signature + "\",{}]").receive();
        }
    }

    /** Performs the RawSocket handshake and returns the maximum message size of the server. */
    private static int largest(RawClient raw) throws IOException {
        raw.send((byte) 0x7F, (byte) 0xF1, (byte) 0, (byte) 0);
        byte[] response = raw.readBytes(4);
        assertThat(response[0]).isEqualTo((byte) 0x7F);
        return 1 << (9 + ((response[1] & 0xFF) >> 4));
    }

    private static String hello(RawClient raw) throws IOException {
        byte[] hello = "[1,\"realm1\",{\"roles\":{\"caller\":{}}}]".getBytes(UTF_8);
        raw.send(ByteBuffer.allocate(4 + hello.length)
                .putInt(hello.length)
                .put(hello)
                .array());
        return new String(raw.readBytes(ByteBuffer.wrap(raw.readBytes(4)).getInt()), UTF_8);
    }

    @Test
    @Row({RAWSOCKET_LAYER_MAX_MESSAGE_SIZE, RAWSOCKET_MAX_MESSAGE_SIZE})
    void rawsocket_offers_its_max_message_size() throws Exception {
        String routes = LISTENER_ROUTES.is("[" + free("/ws") + "]");
        try (Site site = Site.start(
                ALLOW_ALL,
                listener("web", LISTENER_LAYERS.parts(RAWSOCKET_LAYER.key(), "http"), routes),
                listener(
                        "small",
                        LISTENER_LAYERS.parts(
                                RAWSOCKET_LAYER.with(RAWSOCKET_LAYER_MAX_MESSAGE_SIZE.is("\"64 KiB\"")), "http"),
                        routes),
                listener("own", LISTENER_COMPONENT.is(RAWSOCKET)),
                listener(
                        "own-small",
                        LISTENER_COMPONENT.is(RAWSOCKET.with(RAWSOCKET_MAX_MESSAGE_SIZE.is("\"64 KiB\"")))))) {
            assertThat(autobahn("rs://127.0.0.1:" + site.port("own"), "realm1")).isEqualTo("realm1\n");
            for (String name : List.of("web", "own")) {
                try (RawClient raw = RawClient.to(site.port(name))) {
                    assertThat(largest(raw)).isEqualTo(PrintedKeys.bytesOf(RAWSOCKET_MAX_MESSAGE_SIZE));
                    assertThat(hello(raw)).startsWith("[2,");
                }
            }
            for (String name : List.of("small", "own-small")) {
                try (RawClient raw = RawClient.to(site.port(name))) {
                    assertThat(largest(raw)).isEqualTo(64 << 10);
                    raw.send(ByteBuffer.allocate(4).putInt((64 << 10) + 1).array());
                    raw.readRest();
                }
            }
        }
    }

    private static RawWebSocket joinedRealm(Site site, String path, String realm) throws Exception {
        RawWebSocket client = RawWebSocket.open(
                site.port(), path, "Origin: http://127.0.0.1:" + site.port(), "Sec-WebSocket-Protocol: wamp.2.json");
        client.send("[1,\"" + realm + "\",{\"roles\":{\"subscriber\":{}}}]");
        assertThat(client.receive()).startsWith("[2,");
        return client;
    }

    @Test
    @Row(WAMP_REQUEST_IDS)
    void any_admits_random_request_ids() throws Exception {
        try (Site site = Site.start(web(
                        route("/default", PUBSUB, WS, WAMP.with(WAMP_REALM.is("strict"))),
                        route("/any", PUBSUB, WS, WAMP.with(WAMP_REALM.is("any"), WAMP_REQUEST_IDS.is("any")))));
                RawWebSocket any = joinedRealm(site, "/any", "any");
                RawWebSocket strict = joinedRealm(site, "/default", "strict")) {
            any.send("[32,4503599627370495,{},\"com.topic\"]");
            assertThat(any.receive()).isEqualTo("[33,4503599627370495,1]");

            strict.send("[32,4503599627370495,{},\"com.topic\"]");
            assertThat(strict.receive()).contains("wamp.error.protocol_violation");
        }
    }
}
