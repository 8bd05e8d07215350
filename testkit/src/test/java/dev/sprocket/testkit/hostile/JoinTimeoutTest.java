package dev.sprocket.testkit.hostile;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sprocket.testkit.MemorySocket;
import dev.sprocket.wamp.WampComponent;
import dev.sprocket.wamp.rawsocket.RawSocket;
import dev.sprocket.wamp.server.WampServer;
import java.time.Duration;
import java.util.HexFormat;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Test;

/** Timeout for clients that connect without joining a realm. */
@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
class JoinTimeoutTest {
    private final WampServer server = new WampServer(new WampComponent() {});

    @Test
    void RawSocket_client_has_ten_seconds_for_HELLO() {
        MemorySocket socket = MemorySocket.to(new RawSocket(server.overRawSocket()));
        socket.write(HexFormat.of().parseHex("7ff10000"));
        socket.read();
        socket.advance(Duration.ofSeconds(9));
        assertThat(socket.isOpen()).isTrue();

        socket.advance(Duration.ofSeconds(2));

        assertThat(new String(socket.read(), UTF_8)).contains("no HELLO within 10000 ms");
        assertThat(socket.isOpen()).isFalse();
    }
}
