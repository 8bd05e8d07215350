package dev.sprocket.core;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Test;

@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
final class PerConnectionTest {
    private static final class Counter implements MessageComponent<Connection, Message> {
        private int count;

        @Override
        public void onMessage(Connection from, Message message) {
            count++;
            from.send(count + " ");
        }
    }

    @Test
    void every_connection_has_state_of_its_own() {
        PerConnection<Connection, Message> app = new PerConnection<>(conn -> new Counter());
        try (Peer one = new Peer(app);
                Peer other = new Peer(app)) {
            one.says("x").says("x");
            other.says("x");
            one.says("x");

            assertThat(one.hears()).isEqualTo("1 2 3 ");
            assertThat(other.hears()).isEqualTo("1 ");
        }
    }

    @Test
    void the_object_is_told_everything_of_its_connection() {
        List<Recorder<Connection>> made = new ArrayList<>();
        PerConnection<Connection, Message> app = new PerConnection<>(conn -> {
            Recorder<Connection> own = new Recorder<>() {
                @Override
                public void onMessage(Connection from, Message message) {
                    assertThat(from).isSameAs(conn);
                    throw new IllegalStateException(message.text());
                }
            };
            made.add(own);
            return own;
        });
        try (Peer peer = new Peer(app)) {
            peer.says("boom");
        }

        assertThat(made).hasSize(1);
        assertThat(made.get(0).calls()).containsExactly("open", "error: boom", "close");
    }

    @Test
    void a_factory_that_throws_closes_that_connection_alone() {
        List<Connection> asked = new ArrayList<>();
        PerConnection<Connection, Message> app = new PerConnection<>(conn -> {
            asked.add(conn);
            if (asked.size() == 1) {
                throw new IllegalStateException("no");
            }
            return new EchoServer();
        });
        try (Peer first = new Peer(app);
                Peer second = new Peer(app)) {
            assertThat(first.isConnected()).isFalse();
            assertThat(second.says("still here").hears()).isEqualTo("still here");
            assertThat(asked).hasSize(2);
        }
    }
}
