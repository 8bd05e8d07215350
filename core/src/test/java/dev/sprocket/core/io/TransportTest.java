package dev.sprocket.core.io;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.netty.channel.epoll.Epoll;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
final class TransportTest {
    @ParameterizedTest
    @ValueSource(strings = {"kqueue", "NIO", "", "io-uring"})
    void unknown_name_error_lists_known_names(String name) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Transport.choose(name))
                .withMessage("sprocket.transport: " + name + " (expected: epoll, io_uring or nio)");
    }

    @Test
    void nio_is_always_available() {
        Transport transport = Transport.choose("nio");

        assertThat(transport).isSameAs(Transport.NIO).hasToString("nio");
        assertThat(transport.serverChannel(true).newChannel()).isInstanceOf(NioServerSocketChannel.class);
    }

    @Test
    void epoll_is_the_default_if_available() {
        Transport chosen = Transport.choose(null);

        if (Epoll.isAvailable()) {
            assertThat(chosen).isSameAs(Transport.EPOLL);
        } else {
            assertThat(chosen).isNotSameAs(Transport.EPOLL);
        }
    }
}
