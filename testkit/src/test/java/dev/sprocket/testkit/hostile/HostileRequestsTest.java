package dev.sprocket.testkit.hostile;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.sun.management.UnixOperatingSystemMXBean;
import dev.sprocket.core.EchoServer;
import dev.sprocket.http.HttpServer;
import dev.sprocket.http.HttpTimeouts;
import dev.sprocket.testkit.WsPeer;
import dev.sprocket.testkit.wire.RawClient;
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

/** Attacks with incomplete requests, over real sockets; other clients are served. */
@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
@Timeout(120)
class HostileRequestsTest {
    /** Timeout that elapses only when the test advances the clock. */
    private static final Duration LIMIT = Duration.ofHours(1);

    /** Number of file descriptors that a process needs in addition to the counted sockets. */
    private static final int SPARE_FILE_DESCRIPTORS = 1_000;

    /** Size of the buffer of a half-open connection: Netty's default for the first read. */
    private static final int BUFFERED = 2_048;

    private static AttackedServer server() throws Exception {
        return new AttackedServer(new HttpServer(new WsServer(new EchoServer()).keepAlive(KeepAlive.OFF))
                .timeouts(HttpTimeouts.DEFAULT.head(LIMIT)));
    }

    /** Slowloris: the bytes of a request head arrive slowly, and the last never. */
    @Test
    void slow_request_head_gets_408_after_the_timeout() throws Exception {
        try (AttackedServer server = server()) {
            List<RawClient> attackers = new ArrayList<>();
            for (int i = 0; i < 100; i++) {
                attackers.add(server.connect());
            }
            byte[] head = WsPeer.handshake("/", "X-Filler: " + "x".repeat(200)).getBytes(StandardCharsets.US_ASCII);
            int bytes = 0;
            while (bytes < 12) {
                for (RawClient attacker : attackers) {
                    attacker.send(new byte[] {head[bytes]});
                }
                bytes++;
                server.assertServing();
                assertThat(server.allocator().used()).isLessThan(100 * BUFFERED + BUFFERED);
                server.advance(LIMIT.dividedBy(10));
            }
            for (RawClient attacker : attackers) {
                assertThat(attacker.rest()).startsWith("HTTP/1.1 408 ");
                attacker.close();
            }
        }
    }

    @Test
    @EnabledOnOs(value = OS.LINUX, disabledReason = "127.0.0.2 is a local address on Linux only")
    void serves_clients_besides_ten_thousand_half_open_handshakes() throws Exception {
        int count = 10_000;
        assumeFileDescriptors(count + SPARE_FILE_DESCRIPTORS);
        try (AttackedServer server = server();
                HalfOpenClients attackers = new HalfOpenClients(server.port(), count)) {
            server.assertServing();
            assertThat(attackers.nextLine()).isEqualTo("open");
            server.assertServing();
            server.awaitConnections(count);
            assertThat(server.allocator().used() / count).isLessThanOrEqualTo(BUFFERED);
            server.advance(Duration.ofSeconds(1));
            server.advance(LIMIT);
            attackers.read();
            server.assertServing();
            assertThat(attackers.nextLine()).isEqualTo(count + " rejected");
            server.awaitConnections(0);
        }
    }

    private static void assumeFileDescriptors(int needed) {
        long max = ManagementFactory.getOperatingSystemMXBean() instanceof UnixOperatingSystemMXBean unix
                ? unix.getMaxFileDescriptorCount()
                : Long.MAX_VALUE;
        assumeTrue(max >= needed, "missing: " + needed + " file descriptors");
    }

    @Test
    void reset_connections_release_all_memory() throws Exception {
        try (AttackedServer server = server()) {
            String handshake = WsPeer.handshake("/");
            for (int i = 0; i < 2_000; i++) {
                RawClient attacker = server.connect();
                attacker.send(handshake.substring(0, i % (handshake.length() + 1)));
                attacker.reset();
                if (i % 200 == 0) {
                    server.assertServing();
                    server.awaitConnections(0);
                }
            }
        }
    }
}
