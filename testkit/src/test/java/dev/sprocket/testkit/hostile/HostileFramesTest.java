package dev.sprocket.testkit.hostile;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sprocket.core.EchoServer;
import dev.sprocket.core.flow.OutboundLimit;
import dev.sprocket.http.HttpServer;
import dev.sprocket.testkit.WsPeer;
import dev.sprocket.testkit.wire.RawClient;
import dev.sprocket.websocket.Deflate;
import dev.sprocket.websocket.WsLimits;
import dev.sprocket.websocket.WsServer;
import io.netty.channel.FixedRecvByteBufAllocator;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.zip.Deflater;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Attacks with WebSocket frames, over real sockets: memory is limited, and other clients are served. */
@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
@Timeout(120)
class HostileFramesTest {
    /** Size of Netty's default read buffer, which is released after each read. */
    private static final int READ_BUFFER = 64 * 1024;

    private static final WsServer ECHO = new WsServer(new EchoServer());

    @Test
    void client_that_sends_byte_by_byte_is_served() throws Exception {
        try (AttackedServer server = new AttackedServer(
                new HttpServer(ECHO), OutboundLimit.DEFAULT, new FixedRecvByteBufAllocator(1).maxMessagesPerRead(1))) {
            RawClient slow = server.connect();
            sendByteByByte(slow, WsPeer.handshake("/").getBytes(StandardCharsets.US_ASCII));
            assertThat(slow.head()).startsWith("HTTP/1.1 101 ");
            server.assertServing();
            sendByteByByte(slow, WsPeer.frame(true, 1, "häl\uD83D\uDE00lo".getBytes(StandardCharsets.UTF_8)));
            assertThat(slow.frame()).isEqualTo("1 häl\uD83D\uDE00lo");
            sendByteByByte(slow, WsPeer.frame(false, 1, "a".repeat(300).getBytes(StandardCharsets.UTF_8)));
            sendByteByByte(slow, WsPeer.frame(true, 9, "between".getBytes(StandardCharsets.UTF_8)));
            assertThat(slow.frame()).isEqualTo("10 between");
            server.assertServing();
            sendByteByByte(slow, WsPeer.frame(true, 0, "b".repeat(300).getBytes(StandardCharsets.UTF_8)));
            assertThat(slow.frame()).isEqualTo("1 " + "a".repeat(300) + "b".repeat(300));
            sendByteByByte(slow, WsPeer.frame(true, 8, new byte[] {0x03, (byte) 0xE8}));
            assertThat(slow.frame()).isEqualTo("8 1000");
            assertThat(server.allocator().peak()).isLessThan(8 * 1024);
            slow.close();
        }
    }

    private static void sendByteByByte(RawClient client, byte[] bytes) throws IOException {
        for (byte b : bytes) {
            client.send(new byte[] {b});
        }
    }

    /** A header that announces 64 KiB allocates no memory for them. */
    @Test
    void disconnect_inside_a_frame_releases_all_memory() throws Exception {
        try (AttackedServer server = new AttackedServer(new HttpServer(ECHO))) {
            for (int round = 0; round < 10; round++) {
                List<RawClient> attackers = new ArrayList<>();
                for (int i = 0; i < 50; i++) {
                    RawClient attacker = server.connect().upgrade();
                    attacker.send(Arrays.copyOf(WsPeer.frame(true, 2, new byte[60_000]), 20));
                    attackers.add(attacker);
                }
                server.assertServing();
                server.awaitConnections(50);
                assertThat(server.allocator().used()).isLessThan(50 * 1024);
                for (RawClient attacker : attackers) {
                    attacker.reset();
                }
                server.awaitConnections(0);
            }
        }
    }

    @Test
    void closes_1008_for_too_many_tiny_fragments() throws Exception {
        for (byte[] fragment : List.of(new byte[0], new byte[] {'x'})) {
            try (AttackedServer server = new AttackedServer(new HttpServer(ECHO))) {
                RawClient attacker = server.connect().upgrade();
                attacker.send(false, 1, fragment);
                for (int i = 2; i <= WsLimits.DEFAULT.fragments(); i++) {
                    attacker.send(false, 0, fragment);
                    if (i % 256 == 0) {
                        server.assertServing();
                        assertThat(server.allocator().used()).isLessThan(8 * 1024);
                    }
                }
                assertThat(attacker.hasData()).isFalse();
                attacker.send(false, 0, fragment);
                assertThat(attacker.frame()).isEqualTo("8 1008");
                attacker.close();
                assertThat(server.allocator().peak()).isLessThan(2 * READ_BUFFER);
            }
        }
    }

    @Test
    void unread_pongs_are_limited_by_the_outbound_limit() throws Exception {
        for (OutboundLimit.Overflow overflow : OutboundLimit.Overflow.values()) {
            for (int limit : new int[] {32 * 1024, 256 * 1024}) {
                try (AttackedServer server =
                        new AttackedServer(new HttpServer(ECHO), new OutboundLimit(limit, overflow), null)) {
                    RawClient attacker = server.connect().upgrade();
                    byte[] ping = WsPeer.frame(true, 9, new byte[125]);
                    for (int i = 0; server.droppedConnections() == 0; i++) {
                        assertThat(i).as("pings").isLessThan(100_000);
                        attacker.send(ping);
                        if (i % 1_000 == 0) {
                            server.assertServing();
                        }
                    }
                    server.assertServing();
                    // plus the close frame; seen between reads, one of which may fill everything below the limit
                    assertThat(server.peakPendingBytes()).isPositive().isLessThanOrEqualTo(limit + 256L);
                    assertThat(server.allocator().peak()).isLessThan(2L * limit + 2 * READ_BUFFER);
                    attacker.reset();
                }
            }
        }
    }

    @Test
    void decompression_bomb_is_stopped_at_the_limit() throws Exception {
        byte[] bomb = bomb(40 << 20);
        assertThat(bomb).hasSizeLessThan(WsLimits.DEFAULT.frame());
        int limit = WsLimits.DEFAULT.message();
        try (AttackedServer server = new AttackedServer(new HttpServer(ECHO.compress(Deflate.DEFAULT)))) {
            for (int i = 0; i < 5; i++) {
                RawClient attacker = server.connect().upgrade("Sec-WebSocket-Extensions: permessage-deflate");
                byte[] frame = WsPeer.frame(true, 0x41, bomb);
                // about half of the message is decompressed and buffered
                attacker.send(Arrays.copyOf(frame, 500));
                server.assertServing();
                assertThat(server.allocator().used()).isBetween(limit / 8L, (long) limit);
                attacker.send(Arrays.copyOfRange(frame, 500, frame.length));
                assertThat(attacker.frame()).isEqualTo("8 1009");
                server.assertServing();
                attacker.reset();
            }
            assertThat(server.allocator().largest()).isLessThanOrEqualTo(limit + 1);
        }
    }

    @Test
    void fragmented_decompression_bomb_is_stopped_at_the_limit() throws Exception {
        byte[] bomb = bomb(40 << 20);
        int limit = WsLimits.DEFAULT.message();
        try (AttackedServer server = new AttackedServer(new HttpServer(ECHO.compress(Deflate.DEFAULT)))) {
            RawClient attacker = server.connect().upgrade("Sec-WebSocket-Extensions: permessage-deflate");
            attacker.send(false, 0x41, Arrays.copyOf(bomb, 100));
            for (int at = 100; !attacker.hasData(); at += 100) {
                attacker.send(false, 0, Arrays.copyOfRange(bomb, at, at + 100));
                server.assertServing();
            }
            assertThat(attacker.frame()).isEqualTo("8 1009");
            assertThat(server.allocator().largest()).isLessThanOrEqualTo(limit + 1);
            attacker.reset();
        }
    }

    private static byte[] bomb(int size) {
        Deflater deflater = new Deflater(9, true);
        deflater.setInput(new byte[size]);
        deflater.finish();
        byte[] out = new byte[size / 500];
        int length = deflater.deflate(out);
        deflater.end();
        return Arrays.copyOf(out, length);
    }
}
