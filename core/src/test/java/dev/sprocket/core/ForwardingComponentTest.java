package dev.sprocket.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.mockito.Mockito.inOrder;
import static org.mockito.Mockito.mock;
import static org.mockito.Mockito.verifyNoMoreInteractions;

import dev.sprocket.core.text.Lines;
import dev.sprocket.core.thread.SingleThreaded;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Test;
import org.mockito.InOrder;

@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
final class ForwardingComponentTest {
    private static final class Plain extends ForwardingComponent<Connection, Message> {
        Plain(MessageComponent<? super Connection, ? super Message> inner) {
            super(inner);
        }
    }

    @Test
    @SuppressWarnings("unchecked")
    void forwards_every_callback() throws Exception {
        MessageComponent<Connection, Message> inner = mock(MessageComponent.class);
        Plain decorator = new Plain(inner);
        Connection conn = new TestConnection();
        Message message = Message.text("x");
        Exception cause = new Exception("boom");

        decorator.onOpen(conn);
        decorator.onMessage(conn, message);
        decorator.onError(conn, cause);
        decorator.onClose(conn);

        InOrder order = inOrder(inner);
        order.verify(inner).onOpen(conn);
        order.verify(inner).onMessage(conn, message);
        order.verify(inner).onError(conn, cause);
        order.verify(inner).onClose(conn);
        verifyNoMoreInteractions(inner);
    }

    @Test
    void find_looks_through_decorators() {
        EchoServer echo = new EchoServer();
        Plain stack = new Plain(new SingleThreaded<>(new Plain(echo)));

        assertThat(ForwardingComponent.find(stack, EchoServer.class)).containsSame(echo);
    }

    @Test
    void find_returns_the_topmost_match() {
        Plain stack = new Plain(new Plain(new EchoServer()));

        assertThat(ForwardingComponent.find(stack, Plain.class)).containsSame(stack);
    }

    @Test
    void find_stops_at_a_layer_without_delegation() {
        Plain stack = new Plain(new Lines(new EchoServer()));

        assertThat(ForwardingComponent.find(stack, EchoServer.class)).isEmpty();
        assertThat(ForwardingComponent.find(stack, Lines.class)).isPresent();
    }

    @Test
    void toString_shows_the_wrapped_component() {
        MessageComponent<Connection, Message> inner = new MessageComponent<>() {
            @Override
            public void onMessage(Connection from, Message message) {}

            @Override
            public String toString() {
                return "Chat";
            }
        };

        assertThat(new Plain(new Plain(inner))).hasToString("Plain(Plain(Chat))");
    }

    @Test
    void through_wraps_layers_in_order() {
        Layer<String, String> http = inner -> "http(" + inner + ")";
        Layer<String, String> ws = inner -> "ws(" + inner + ")";
        Layer<String, Integer> number = inner -> "number " + inner;

        assertThat(http.through(ws).through(number).around(7)).isEqualTo("http(ws(number 7))");
        assertThat(http.through(ws.through(number)).around(7)).isEqualTo("http(ws(number 7))");
    }

    @Test
    void constructor_reference_is_a_layer() {
        Layer<Lines, MessageComponent<Connection, Message>> lines = Lines::new;

        try (Peer peer = new Peer(lines.around(new EchoServer()))) {
            assertThat(peer.send("hi\n").received()).isEqualTo("hi\n");
        }
    }
}
