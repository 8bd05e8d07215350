package dev.sprocket.checks.keys;

import static dev.sprocket.checks.keys.Key.ECHO;
import static dev.sprocket.checks.keys.Key.WS;
import static dev.sprocket.checks.keys.Key.WS_COMPRESSION;
import static dev.sprocket.checks.keys.Key.WS_COMPRESSION_MEMORY;
import static dev.sprocket.checks.keys.Key.WS_MAX_FRAME_SIZE;
import static dev.sprocket.checks.keys.Site.route;
import static dev.sprocket.checks.keys.Site.web;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sprocket.checks.interop.CompressionClient;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Test;

/** Keys of the layer {@code ws} for the size and the compression of messages. */
@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
class WebSocketSizeKeysTest {
    private static final String OFFER = "permessage-deflate";

    @Test
    @Row(WS_MAX_FRAME_SIZE)
    void max_frame_size_defaults_to_max_message_size() throws Exception {
        try (Site site = Site.start(
                        web(route("/default", ECHO, WS), route("/ten", ECHO, WS.with(WS_MAX_FRAME_SIZE.is("10 B")))));
                RawWebSocket any = RawWebSocket.open(site.port(), "/default");
                RawWebSocket ten = RawWebSocket.open(site.port(), "/ten")) {
            String largest = "x".repeat(1 << 20);
            any.send(largest);
            assertThat(any.receive()).isEqualTo(largest);
            any.send(largest + "x").assertClosed(1009);
            ten.send("ten bytes.");
            assertThat(ten.receive()).isEqualTo("ten bytes.");
            ten.send("eleven byte").assertClosed(1009);
        }
    }

    @Test
    @Row(WS_COMPRESSION)
    void compression_is_negotiated_when_on() throws Exception {
        for (boolean on : new boolean[] {true, false}) {
            try (Site site = Site.start(web(route("/", ECHO, on ? WS.with(WS_COMPRESSION.is("on")) : WS)));
                    CompressionClient client = new CompressionClient(site.port(), OFFER)) {
                assertThat(client.negotiatedExtensions()).isEqualTo(on ? OFFER : "");
            }
        }
    }

    @Test
    @Row(WS_COMPRESSION_MEMORY)
    void compression_memory_bounds_compressed_connections() throws Exception {
        try (Site site = Site.start(
                        web(route("/", ECHO, WS.with(WS_COMPRESSION.is("on"), WS_COMPRESSION_MEMORY.is("32 KiB")))));
                CompressionClient first = new CompressionClient(site.port(), OFFER);
                CompressionClient second = new CompressionClient(site.port(), OFFER);
                CompressionClient none = new CompressionClient(site.port(), OFFER + "; client_no_context_takeover")) {
            assertThat(first.negotiatedExtensions()).isEqualTo(OFFER);
            assertThat(second.negotiatedExtensions()).isEmpty();
            assertThat(none.negotiatedExtensions()).isEqualTo(OFFER + "; client_no_context_takeover");
        }
    }
}
