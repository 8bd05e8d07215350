package dev.sprocket.core.spi;

import java.util.ArrayList;
import java.util.List;

/**
 * Read budgets of a connection that hold messages back, and its end, which waits for them.
 *
 * <p>Confined to the connection's event loop.
 */
final class PostponedReads {
    private final Outbound outbound;
    private final List<ReadBudget> paused = new ArrayList<>(2);
    private int budgets;
    private boolean closing;

    PostponedReads(Outbound outbound) {
        this.outbound = outbound;
    }

    /** Returns the level of another budget; those of higher protocols come later and have higher numbers. */
    int nextLevel() {
        return budgets++;
    }

    /** Whether a budget of a higher level holds messages, which come before all that a lower level still has. */
    boolean isPausedAbove(int level) {
        for (int i = 0; i < paused.size(); i++) {
            if (paused.get(i).level() > level) {
                return true;
            }
        }
        return false;
    }

    void add(ReadBudget budget) {
        paused.add(budget);
    }

    void remove(ReadBudget budget) {
        paused.remove(budget);
    }

    /** Closes the connection once nothing is held any more. Returns false if nothing is held now. */
    boolean closeAfterwards() {
        closing = !paused.isEmpty();
        return closing;
    }

    /** Closes the connection if that is due. */
    void closeIfDue() {
        if (closing && paused.isEmpty()) {
            closing = false;
            outbound.close();
        }
    }
}
