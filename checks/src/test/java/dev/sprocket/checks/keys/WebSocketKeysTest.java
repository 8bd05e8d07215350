package dev.sprocket.checks.keys;

import static dev.sprocket.checks.keys.Key.*;
import static dev.sprocket.checks.keys.Site.route;
import static dev.sprocket.checks.keys.Site.web;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sprocket.checks.RequiredPrograms;
import java.io.IOException;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Keys of the layer {@code ws}. */
@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
@Timeout(180)
class WebSocketKeysTest {
    private static final String DEFLATE = "Sec-WebSocket-Extensions: permessage-deflate";

    private static void fragments(RawWebSocket client, int count) throws IOException {
        for (int i = 0; i < count; i++) {
            int opcode = i == 0 ? RawWebSocket.TEXT : RawWebSocket.CONTINUATION;
            client.frame(i == count - 1 ? 0x80 | opcode : opcode, new byte[] {'x'});
        }
    }

    /** Sends a message in frames of 1,000 bytes. */
    private static void message(RawWebSocket client, int bytes) throws IOException {
        for (int at = 0; at < bytes; at += 10_000) {
            int opcode = at == 0 ? RawWebSocket.TEXT : RawWebSocket.CONTINUATION;
            int size = Math.min(10_000, bytes - at);
            client.frame(
                    at + size == bytes ? 0x80 | opcode : opcode,
                    "x".repeat(size).getBytes(UTF_8));
        }
    }

    @Test
    @Row(WS_MAX_MESSAGE_SIZE)
    void max_message_size_closes_1009() throws Exception {
        try (Site site = Site.start(
                web(route("/default", ECHO, WS), route("/ten", ECHO, WS.with(WS_MAX_MESSAGE_SIZE.is("\"10 B\"")))))) {
            try (RawWebSocket client = RawWebSocket.open(site.port(), "/ten")) {
                assertThat(client.send("ten bytes.").receive()).isEqualTo("ten bytes.");
                client.send("eleven byte").assertClosed(1009);
            }
            int limit = PrintedKeys.bytesOf(WS_MAX_MESSAGE_SIZE);
            try (RawWebSocket client = RawWebSocket.open(site.port(), "/default")) {
                message(client, limit);
                assertThat(client.receive()).hasSize(limit);
                message(client, limit + 1);
                client.assertClosed(1009);
            }
        }
    }

    @Test
    @Row(WS_MAX_FRAGMENTS)
    void max_fragments_closes_1008() throws Exception {
        try (Site site =
                Site.start(web(route("/default", ECHO, WS), route("/three", ECHO, WS.with(WS_MAX_FRAGMENTS.is(3)))))) {
            try (RawWebSocket client = RawWebSocket.open(site.port(), "/three")) {
                fragments(client, 3);
                assertThat(client.receive()).isEqualTo("xxx");
                fragments(client, 4);
                client.assertClosed(1008);
            }
            int max = PrintedKeys.numberOf(WS_MAX_FRAGMENTS);
            try (RawWebSocket client = RawWebSocket.open(site.port(), "/default")) {
                fragments(client, max);
                assertThat(client.receive()).hasSize(max);
                fragments(client, max + 1);
                client.assertClosed(1008);
            }
        }
    }

    @Test
    @Row({WS_PING_INTERVAL, WS_PONG_TIMEOUT})
    void ping_interval_pings_and_pong_timeout_closes() throws Exception {
        try (Site site = Site.start(web(
                route("/both", ECHO, WS.with(WS_PING_INTERVAL.is("1s"), WS_PONG_TIMEOUT.is("1s"))),
                route("/ping", ECHO, WS.with(WS_PING_INTERVAL.is("1s"), WS_PONG_TIMEOUT.is("1h"))),
                route("/never", ECHO, WS.with(WS_PING_INTERVAL.is("0s")))))) {
            try (RawWebSocket both = RawWebSocket.open(site.port(), "/both");
                    RawWebSocket ping = RawWebSocket.open(site.port(), "/ping");
                    RawWebSocket never = RawWebSocket.open(site.port(), "/never")) {
                assertThat(both.frame().opcode()).isEqualTo(RawWebSocket.PING);
                both.raw().readRest();
                RawWebSocket.Frame asked = ping.frame();
                assertThat(asked.opcode()).isEqualTo(RawWebSocket.PING);
                // the answer is given after the others were closed for theirs
                ping.frame(0x80 | RawWebSocket.PONG, asked.payload()).send("still here");
                assertThat(ping.receive()).isEqualTo("still here");
                assertThat(never.send("never asked").receive()).isEqualTo("never asked");
            }
        }
    }

    @Test
    @Row(WS_COMPRESSION_THRESHOLD)
    void compression_skips_short_messages() throws Exception {
        try (Site site = Site.start(web(
                route("/default", ECHO, WS),
                route("/on", ECHO, WS.with(WS_COMPRESSION.is("on"))),
                route("/twenty", ECHO, WS.with(WS_COMPRESSION.is("on"), WS_COMPRESSION_THRESHOLD.is("\"20 B\"")))))) {
            try (RawWebSocket client = RawWebSocket.open(site.port(), "/default", DEFLATE)) {
                assertThat(client.head()).doesNotContain("permessage-deflate");
            }
            try (RawWebSocket client = RawWebSocket.open(site.port(), "/twenty", DEFLATE)) {
                assertThat(client.head()).contains("permessage-deflate");
                assertThat(client.send("x".repeat(19)).frame().first()).isEqualTo(0x81);
                assertThat(client.send("x".repeat(20)).frame().first()).isEqualTo(0xC1);
            }
            int from = PrintedKeys.bytesOf(WS_COMPRESSION_THRESHOLD);
            try (RawWebSocket client = RawWebSocket.open(site.port(), "/on", DEFLATE)) {
                assertThat(client.send("x".repeat(from - 1)).frame().first()).isEqualTo(0x81);
                assertThat(client.send("x".repeat(from)).frame().first()).isEqualTo(0xC1);
            }
        }
    }

    private static int status(Site site, String path, String... headers) throws IOException {
        try (RawWebSocket client = RawWebSocket.handshake(site.port(), path, headers)) {
            return HttpKeysTest.status(client.head());
        }
    }

    @Test
    @Row({WS_ALLOW_MISSING_SUBPROTOCOL, WS_LEGACY_DRAFTS})
    void allow_missing_subprotocol_and_legacy_drafts_accept_clients() throws Exception {
        try (Site site = Site.start(web(
                route("/default", PUBSUB, WS, WAMP),
                route("/lenient", PUBSUB, WS.with(WS_ALLOW_MISSING_SUBPROTOCOL.is("on")), WAMP),
                route("/old", ECHO, WS.with(WS_LEGACY_DRAFTS.is("on"))),
                route("/new", ECHO, WS)))) {
            String other = "Sec-WebSocket-Protocol: soap";
            assertThat(status(site, "/default", other)).isGreaterThanOrEqualTo(400);
            assertThat(status(site, "/lenient", other)).isEqualTo(101);
            String hybi10 = "Sec-WebSocket-Version: 8";
            assertThat(status(site, "/old", hybi10)).isEqualTo(101);
            assertThat(status(site, "/new", hybi10)).isEqualTo(426);
        }
    }

    @Test
    void max_frame_size_closes_1009_for_python() throws Exception {
        try (Site site = Site.start(
                web(route("/default", ECHO, WS), route("/ten", ECHO, WS.with(WS_MAX_FRAME_SIZE.is("\"10 B\"")))))) {
            try (RawWebSocket client = RawWebSocket.open(site.port(), "/ten")) {
                assertThat(client.send("ten bytes.").receive()).isEqualTo("ten bytes.");
                client.send("eleven byte").assertClosed(1009);
            }
            RequiredPrograms.requireWorking("python3-websockets", "python3", "-c", "import websockets");
            String python =
                    """
                    import asyncio, sys, websockets
                    async def main():
                        async with websockets.connect(sys.argv[1], max_size=None, compression=None) as ws:
                            await ws.send('x' * 11)
                            try:
                                await ws.recv()
                            except websockets.ConnectionClosed as closed:
                                print(closed.rcvd.code if hasattr(closed, 'rcvd') else closed.code)
                    asyncio.run(main())
                    """;
            assertThat(Site.run("python3", "-c", python, "ws://127.0.0.1:" + site.port() + "/ten"))
                    .isEqualTo("1009\n");
        }
    }
}
