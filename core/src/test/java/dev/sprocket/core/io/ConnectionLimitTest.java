package dev.sprocket.core.io;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.sprocket.core.Connection;
import dev.sprocket.core.Message;
import dev.sprocket.core.MessageComponent;
import dev.sprocket.core.internal.log.PeerLog;
import dev.sprocket.leaktest.LogLines;
import dev.sprocket.leaktest.SpinWait;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.time.Duration;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
@Timeout(60)
class ConnectionLimitTest {
    @Test
    void memory_limit_counts_tls_as_four() {
        ConnectionLimit limit = ConnectionLimit.ofMemory(8 * ConnectionLimit.PLAIN_BYTES);
        assertThat(limit.connections(false)).isEqualTo(8);
        assertThat(limit.connections(true)).isEqualTo(2);

        assertThat(limit.tryOpen(true)).isTrue();
        for (int i = 0; i < 4; i++) {
            assertThat(limit.tryOpen(false)).isTrue();
        }
        assertThat(limit.tryOpen(false)).isFalse();
        limit.closed(true);
        assertThat(limit.tryOpen(true)).isTrue();
        assertThat(limit.tryOpen(true)).isFalse();
    }

    @Test
    void default_limit_derives_from_the_maximum_heap() {
        assertThat(EventLoops.single().connections())
                .isSameAs(EventLoops.perCore().connections());
        assertThat(EventLoops.single().connections().connections(false))
                .isEqualTo(Runtime.getRuntime().maxMemory() / 8192);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> EventLoops.single().maxConnections(0))
                .withMessage("connections: 0 (expected: >= 1)");
    }

    private static final class Echo implements MessageComponent<Connection, Message> {
        @Override
        public void onMessage(Connection from, Message message) {
            from.send(message);
        }
    }

    private static boolean echoes(Socket socket) throws IOException {
        socket.getOutputStream().write("hello".getBytes(UTF_8));
        return new String(socket.getInputStream().readNBytes(5), UTF_8).equals("hello");
    }

    @Test
    void connections_beyond_the_limit_are_closed_and_logged() throws Exception {
        EventLoops loops = EventLoops.single().maxConnections(2);
        IoServer first = new IoServer("127.0.0.1", 0, loops, new Echo());
        IoServer second = new IoServer("127.0.0.1", 0, loops, new Echo());
        first.start();
        second.start();
        InetAddress host = InetAddress.getLoopbackAddress();
        try (LogLines log = LogLines.record(PeerLog::flush);
                Socket a = new Socket(host, first.port());
                Socket b = new Socket(host, second.port())) {
            assertThat(echoes(a) && echoes(b)).isTrue();
            try (Socket refused = new Socket(host, first.port())) {
                assertThat(refused.getInputStream().read()).isEqualTo(-1);
            }
            assertThat(log.containing("connection refused, too many for the memory: "))
                    .singleElement()
                    .asString()
                    .contains("limit=2");
            b.close();
            while (true) {
                try (Socket again = new Socket(host, first.port())) {
                    if (echoes(again)) {
                        break;
                    }
                } catch (IOException refused) {
                    // until the server has noticed the close of b
                    SpinWait.once();
                }
            }
        } finally {
            first.close(Duration.ofSeconds(1));
            second.close(Duration.ofSeconds(1));
        }
    }
}
