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
    void every_connection_has_separate_state() {
        PerConnection<Connection, Message> app = new PerConnection<>(conn -> new Counter());
        try (Peer one = new Peer(app);
                Peer other = new Peer(app)) {
            one.send("x").send("x");
            other.send("x");
            one.send("x");

            assertThat(one.received()).isEqualTo("1 2 3 ");
            assertThat(other.received()).isEqualTo("1 ");
        }
    }

    @Test
    void component_receives_all_callbacks_of_its_connection() {
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
            peer.send("boom");
        }

        assertThat(made).hasSize(1);
        assertThat(made.get(0).calls()).containsExactly("open", "error: boom", "close");
    }

    @Test
    void failing_factory_closes_only_its_connection() {
        List<Connection> opened = new ArrayList<>();
        PerConnection<Connection, Message> app = new PerConnection<>(conn -> {
            opened.add(conn);
            if (opened.size() == 1) {
                throw new IllegalStateException("no");
            }
            return new EchoServer();
        });
        try (Peer first = new Peer(app);
                Peer second = new Peer(app)) {
            assertThat(first.isConnected()).isFalse();
            assertThat(second.send("still here").received()).isEqualTo("still here");
            assertThat(opened).hasSize(2);
        }
    }
}
