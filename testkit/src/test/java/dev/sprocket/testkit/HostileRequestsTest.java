package dev.sprocket.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.sun.management.UnixOperatingSystemMXBean;
import dev.sprocket.core.EchoServer;
import dev.sprocket.http.HttpLimits;
import dev.sprocket.http.HttpServer;
import dev.sprocket.http.HttpTimeouts;
import dev.sprocket.websocket.KeepAlive;
import dev.sprocket.websocket.WsServer;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

/** What attackers do before their request is complete, over real sockets. Others are served meanwhile. */
@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
@Timeout(120)
class HostileRequestsTest {
    /** So long that it passes only when the test says so. */
    private static final Duration LIMIT = Duration.ofHours(1);

    /** How many sockets a process needs beside those that are counted. */
    private static final int SPARE_FILES = 1_000;

    /** As much of a half-open connection's head as waits for the rest: the buffer of its first read, by Netty's default. */
    private static final int HELD = 2_048;

    private static Siege siege() throws Exception {
        return new Siege(new HttpServer(
                new WsServer(new EchoServer()).keepAlive(KeepAlive.OFF),
                HttpLimits.DEFAULT,
                HttpTimeouts.DEFAULT.withHead(LIMIT)));
    }

    /** Slowloris: each byte of a head comes just in time, and the last never. */
    @Test
    void a_head_that_trickles_in_is_refused_in_time_however_often_a_byte_comes() throws Exception {
        try (Siege siege = siege()) {
            List<RawClient> attackers = new ArrayList<>();
            for (int i = 0; i < 100; i++) {
                attackers.add(siege.connect());
            }
            byte[] head = WsPeer.handshake("/", "X-Filler: " + "x".repeat(200)).getBytes(StandardCharsets.US_ASCII);
            int bytes = 0;
            while (bytes < 12) {
                for (RawClient attacker : attackers) {
                    attacker.send(new byte[] {head[bytes]});
                }
                bytes++;
                siege.serves();
                assertThat(siege.memory().used()).isLessThan(100 * HELD + HELD);
                siege.advance(LIMIT.dividedBy(10));
            }
            for (RawClient attacker : attackers) {
                assertThat(attacker.rest()).startsWith("HTTP/1.1 408 ");
                attacker.close();
            }
        }
    }

    @Test
    @EnabledOnOs(value = OS.LINUX, disabledReason = "elsewhere 127.0.0.2 is nobody's address")
    void ten_thousand_half_open_handshakes_keep_nobody_out() throws Exception {
        int count = 10_000;
        assumeFiles(count + SPARE_FILES);
        try (Siege siege = siege();
                HalfOpenClients attackers = new HalfOpenClients(siege.port(), count)) {
            siege.serves();
            assertThat(attackers.says()).isEqualTo("open");
            siege.serves();
            siege.awaitConnections(count);
            assertThat(siege.memory().used() / count).isLessThanOrEqualTo(HELD);
            siege.advance(Duration.ofSeconds(1));
            siege.advance(LIMIT);
            attackers.read();
            siege.serves();
            assertThat(attackers.says()).isEqualTo(count + " refused");
            siege.awaitConnections(0);
        }
    }

    private static void assumeFiles(int needed) {
        long most = ManagementFactory.getOperatingSystemMXBean() instanceof UnixOperatingSystemMXBean unix
                ? unix.getMaxFileDescriptorCount()
                : Long.MAX_VALUE;
        assumeTrue(most >= needed, "missing: " + needed + " file descriptors");
    }

    @Test
    void those_that_reset_their_connection_leave_nothing_behind() throws Exception {
        try (Siege siege = siege()) {
            String handshake = WsPeer.handshake("/");
            for (int i = 0; i < 2_000; i++) {
                RawClient attacker = siege.connect();
                attacker.send(handshake.substring(0, i % (handshake.length() + 1)));
                attacker.reset();
                if (i % 200 == 0) {
                    siege.serves();
                    siege.awaitConnections(0);
                }
            }
        }
    }
}
