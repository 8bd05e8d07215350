package dev.sprocket.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sprocket.core.EchoServer;
import dev.sprocket.core.OutboundLimit;
import dev.sprocket.core.OverflowPolicy;
import dev.sprocket.http.HttpServer;
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

/** What attackers do with frames, over real sockets. None takes more memory than it may, and others are served meanwhile. */
@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
@Timeout(120)
class HostileFramesTest {
    /** What a read is done in, by Netty's default; it is given back after each. */
    private static final int READ = 64 * 1024;

    private static final WsServer ECHO = new WsServer(new EchoServer());

    @Test
    void a_client_that_sends_byte_by_byte_is_served_right() throws Exception {
        try (Siege siege = new Siege(
                new HttpServer(ECHO), OutboundLimit.DEFAULT, new FixedRecvByteBufAllocator(1).maxMessagesPerRead(1))) {
            RawClient slow = siege.connect();
            trickle(slow, WsPeer.handshake("/").getBytes(StandardCharsets.US_ASCII));
            assertThat(slow.head()).startsWith("HTTP/1.1 101 ");
            siege.serves();
            trickle(slow, WsPeer.frame(true, 1, "häl\uD83D\uDE00lo".getBytes(StandardCharsets.UTF_8)));
            assertThat(slow.frame()).isEqualTo("1 häl\uD83D\uDE00lo");
            trickle(slow, WsPeer.frame(false, 1, "a".repeat(300).getBytes(StandardCharsets.UTF_8)));
            trickle(slow, WsPeer.frame(true, 9, "between".getBytes(StandardCharsets.UTF_8)));
            assertThat(slow.frame()).isEqualTo("10 between");
            siege.serves();
            trickle(slow, WsPeer.frame(true, 0, "b".repeat(300).getBytes(StandardCharsets.UTF_8)));
            assertThat(slow.frame()).isEqualTo("1 " + "a".repeat(300) + "b".repeat(300));
            trickle(slow, WsPeer.frame(true, 8, new byte[] {0x03, (byte) 0xE8}));
            assertThat(slow.frame()).isEqualTo("8 1000");
            assertThat(siege.memory().peak()).isLessThan(8 * 1024);
            slow.close();
        }
    }

    private static void trickle(RawClient client, byte[] bytes) throws IOException {
        for (byte b : bytes) {
            client.send(new byte[] {b});
        }
    }

    /** A header of 64 KiB costs nothing before they come. */
    @Test
    void those_that_leave_in_mid_frame_leave_nothing_behind() throws Exception {
        try (Siege siege = new Siege(new HttpServer(ECHO))) {
            for (int round = 0; round < 10; round++) {
                List<RawClient> attackers = new ArrayList<>();
                for (int i = 0; i < 50; i++) {
                    RawClient attacker = siege.connect().upgrade();
                    attacker.send(Arrays.copyOf(WsPeer.frame(true, 2, new byte[60_000]), 20));
                    attackers.add(attacker);
                }
                siege.serves();
                siege.awaitConnections(50);
                assertThat(siege.memory().used()).isLessThan(50 * 1024);
                for (RawClient attacker : attackers) {
                    attacker.reset();
                }
                siege.awaitConnections(0);
            }
        }
    }

    @Test
    void a_message_of_too_many_tiny_fragments_is_refused() throws Exception {
        for (byte[] fragment : List.of(new byte[0], new byte[] {'x'})) {
            try (Siege siege = new Siege(new HttpServer(ECHO))) {
                RawClient attacker = siege.connect().upgrade();
                attacker.send(false, 1, fragment);
                for (int i = 2; i <= WsLimits.DEFAULT.fragments(); i++) {
                    attacker.send(false, 0, fragment);
                    if (i % 256 == 0) {
                        siege.serves();
                        assertThat(siege.memory().used()).isLessThan(8 * 1024);
                    }
                }
                assertThat(attacker.hasAnswer()).isFalse();
                attacker.send(false, 0, fragment);
                assertThat(attacker.frame()).isEqualTo("8 1008");
                attacker.close();
                assertThat(siege.memory().peak()).isLessThan(2 * READ);
            }
        }
    }

    @Test
    void pongs_that_nobody_reads_wait_up_to_the_limit_and_no_further() throws Exception {
        for (OverflowPolicy overflow : OverflowPolicy.values()) {
            for (int limit : new int[] {32 * 1024, 256 * 1024}) {
                try (Siege siege = new Siege(new HttpServer(ECHO), new OutboundLimit(limit, overflow), null)) {
                    RawClient attacker = siege.connect().upgrade();
                    byte[] ping = WsPeer.frame(true, 9, new byte[125]);
                    for (int i = 0; siege.losses().connections() == 0; i++) {
                        assertThat(i).as("pings").isLessThan(100_000);
                        attacker.send(ping);
                        if (i % 1_000 == 0) {
                            siege.serves();
                        }
                    }
                    siege.serves();
                    // the close frame comes on top
                    assertThat(siege.mostWaiting()).isBetween(limit / 2L, limit + 256L);
                    assertThat(siege.memory().peak()).isLessThan(2L * limit + 2 * READ);
                    attacker.reset();
                }
            }
        }
    }

    @Test
    void a_bomb_is_never_inflated_past_the_limit() throws Exception {
        byte[] bomb = bomb(40 << 20);
        assertThat(bomb).hasSizeLessThan(WsLimits.DEFAULT.frame());
        int limit = WsLimits.DEFAULT.message();
        try (Siege siege = new Siege(new HttpServer(ECHO.compress(Deflate.DEFAULT)))) {
            for (int i = 0; i < 5; i++) {
                RawClient attacker = siege.connect().upgrade("Sec-WebSocket-Extensions: permessage-deflate");
                byte[] frame = WsPeer.frame(true, 0x41, bomb);
                // about half a message is inflated, and waits for more
                attacker.send(Arrays.copyOf(frame, 500));
                siege.serves();
                assertThat(siege.memory().used()).isBetween(limit / 8L, (long) limit);
                attacker.send(Arrays.copyOfRange(frame, 500, frame.length));
                assertThat(attacker.frame()).isEqualTo("8 1009");
                siege.serves();
                attacker.reset();
            }
            assertThat(siege.memory().largest()).isLessThanOrEqualTo(limit + 1);
        }
    }

    @Test
    void a_bomb_in_fragments_is_one_too() throws Exception {
        byte[] bomb = bomb(40 << 20);
        int limit = WsLimits.DEFAULT.message();
        try (Siege siege = new Siege(new HttpServer(ECHO.compress(Deflate.DEFAULT)))) {
            RawClient attacker = siege.connect().upgrade("Sec-WebSocket-Extensions: permessage-deflate");
            attacker.send(false, 0x41, Arrays.copyOf(bomb, 100));
            for (int at = 100; !attacker.hasAnswer(); at += 100) {
                attacker.send(false, 0, Arrays.copyOfRange(bomb, at, at + 100));
                siege.serves();
            }
            assertThat(attacker.frame()).isEqualTo("8 1009");
            assertThat(siege.memory().largest()).isLessThanOrEqualTo(limit + 1);
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
