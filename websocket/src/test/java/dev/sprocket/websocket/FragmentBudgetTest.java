package dev.sprocket.websocket;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sprocket.core.Connection;
import dev.sprocket.core.EchoServer;
import dev.sprocket.core.ForwardingComponent;
import dev.sprocket.core.Message;
import dev.sprocket.core.internal.flow.InboundBudget;
import dev.sprocket.core.io.IoServer;
import dev.sprocket.http.HttpServer;
import dev.sprocket.leaktest.Wire;
import dev.sprocket.websocket.internal.compression.DeflaterPool;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Inbound budget for incomplete messages of many connections. */
@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
class FragmentBudgetTest {
    /** RFC 6455 7.4.2: 1013 is "try again later". */
    @ParameterizedTest
    @CsvSource({"fragment, 88 1e 03 f5", "part of a frame, 88 1e 03 f5"})
    void incomplete_messages_beyond_the_budget_close_the_largest(String kind, String closeFrame) {
        InboundBudget budget = InboundBudget.of(100_000);
        List<Wire> wires = new ArrayList<>();
        try {
            for (int i = 0; i < 20; i++) {
                Wire wire = new Wire();
                wires.add(wire);
                IoServer.attach(wire.channel(), new Budgeted(budget));
                wire.send(ClientFrames.HANDSHAKE);
                wire.received();
                wire.send(incomplete(kind));
                assertThat(budget.used()).isLessThanOrEqualTo(100_000);
            }
            List<String> received = wires.stream().map(Wire::receivedHex).toList();
            assertThat(received).anyMatch(hex -> hex.startsWith(closeFrame)).anyMatch(String::isEmpty);
            assertThat(received).allMatch(hex -> hex.isEmpty() || hex.startsWith(closeFrame));
        } finally {
            wires.forEach(Wire::close);
        }
        assertThat(budget.used()).isZero();
    }

    /** An incomplete compressed message holds an inflater and its window in native memory. */
    @Test
    void incomplete_compressed_messages_count_their_inflater() {
        InboundBudget budget = InboundBudget.of(100_000);
        List<Wire> wires = new ArrayList<>();
        try {
            for (int i = 0; i < 10; i++) {
                Wire wire = new Wire();
                wires.add(wire);
                IoServer.attach(wire.channel(), new Budgeted(budget));
                wire.send(ClientFrames.HANDSHAKE.replace(
                        "\r\n\r\n", "\r\nSec-WebSocket-Extensions: permessage-deflate\r\n\r\n"));
                wire.received();
                wire.send(ClientFrames.frame(0x41, "f248cd"));
                assertThat(budget.used()).isLessThanOrEqualTo(100_000);
            }
            List<Wire> left = new ArrayList<>();
            for (Wire wire : wires) {
                String hex = wire.receivedHex();
                assertThat(hex).matches("|88 1e 03 f5 .*");
                if (hex.isEmpty()) {
                    left.add(wire);
                }
            }
            assertThat(left).hasSize(2);
            assertThat(DeflaterPool.live()).isEqualTo(2);
            left.get(0).send(ClientFrames.frame(0x80, "c9c90700"));
            assertThat(left.get(0).receivedHex()).isEqualTo("81 05 48 65 6c 6c 6f");
            assertThat(DeflaterPool.live()).isEqualTo(1);
        } finally {
            wires.forEach(Wire::close);
        }
        assertThat(budget.used()).isZero();
        assertThat(DeflaterPool.live()).isZero();
    }

    private static byte[] incomplete(String kind) {
        return kind.equals("fragment") ? frame(0x01, 9_000) : frame(0x82, 20_000);
    }

    /** Returns 9,000 payload bytes of a frame of this length, with a zero mask. */
    private static byte[] frame(int first, int length) {
        return ByteBuffer.allocate(8 + 9_000)
                .put((byte) first)
                .put((byte) (0x80 | 126))
                .putShort((short) length)
                .putInt(0)
                .array();
    }

    private static final class Budgeted extends ForwardingComponent<Connection, Message> {
        private final InboundBudget budget;

        Budgeted(InboundBudget budget) {
            super(new HttpServer(new WsServer(new EchoServer()).compress(Deflate.DEFAULT)));
            this.budget = budget;
        }

        @Override
        public void onOpen(Connection conn) throws Exception {
            budget.assignTo(conn);
            super.onOpen(conn);
        }
    }
}
