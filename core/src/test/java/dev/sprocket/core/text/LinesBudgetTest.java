package dev.sprocket.core.text;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sprocket.core.Connection;
import dev.sprocket.core.EchoServer;
import dev.sprocket.core.ForwardingComponent;
import dev.sprocket.core.Message;
import dev.sprocket.core.MessageComponent;
import dev.sprocket.core.internal.flow.InboundBudget;
import dev.sprocket.core.io.IoServer;
import dev.sprocket.leaktest.Wire;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Test;

/** Tests incomplete lines on many connections. */
@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
class LinesBudgetTest {
    @Test
    void incomplete_lines_beyond_budget_close_largest_connections() {
        InboundBudget budget = InboundBudget.of(100_000);
        List<Wire> wires = new ArrayList<>();
        try {
            for (int i = 0; i < 20; i++) {
                Wire wire = new Wire();
                wires.add(wire);
                IoServer.attach(wire.channel(), new Budgeted(budget, new Lines(new EchoServer())));
                wire.send("x".repeat(9_000));
                assertThat(budget.used()).isLessThanOrEqualTo(100_000);
            }
            long open = wires.stream().filter(Wire::isOpen).count();
            assertThat(open).isBetween(5L, 15L);
            assertThat(budget.used()).isEqualTo(open * 9_000);
            Wire complete = new Wire();
            wires.add(complete);
            IoServer.attach(complete.channel(), new Budgeted(budget, new Lines(new EchoServer())));
            complete.send("hel").send("lo\n");
            assertThat(complete.received()).isEqualTo("hello\n");
            Wire survivor = wires.stream().filter(Wire::isOpen).findFirst().orElseThrow();
            survivor.send("\n");
            assertThat(survivor.received()).isEqualTo("x".repeat(9_000) + "\n");
            assertThat(budget.used()).isEqualTo((open - 1) * 9_000);
        } finally {
            wires.forEach(Wire::close);
        }
        assertThat(budget.used()).isZero();
    }

    private static final class Budgeted extends ForwardingComponent<Connection, Message> {
        private final InboundBudget budget;

        Budgeted(InboundBudget budget, MessageComponent<? super Connection, ? super Message> inner) {
            super(inner);
            this.budget = budget;
        }

        @Override
        public void onOpen(Connection conn) throws Exception {
            budget.assignTo(conn);
            super.onOpen(conn);
        }
    }
}
