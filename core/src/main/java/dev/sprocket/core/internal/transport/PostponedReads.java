package dev.sprocket.core.internal.transport;

import java.util.ArrayList;
import java.util.List;

/**
 * Read budgets of a connection that postpone messages, and a pending close.
 *
 * <p>Confined to the connection's event loop.
 */
final class PostponedReads {
    private final Outbound outbound;
    private List<ReadBudget> paused = List.of();
    private int budgets;
    private boolean closing;

    PostponedReads(Outbound outbound) {
        this.outbound = outbound;
    }

    /**
     * Returns the level of another budget. Budgets of higher protocol layers are created later and have higher levels.
     */
    int nextLevel() {
        return budgets++;
    }

    /**
     * Reports whether a budget of a higher layer is paused. Its messages precede the remaining messages of a lower
     * layer.
     */
    boolean isPausedAbove(int level) {
        for (int i = 0; i < paused.size(); i++) {
            if (paused.get(i).level() > level) {
                return true;
            }
        }
        return false;
    }

    void add(ReadBudget budget) {
        if (paused.isEmpty()) {
            paused = new ArrayList<>(2);
        }
        paused.add(budget);
    }

    void remove(ReadBudget budget) {
        if (!paused.isEmpty()) {
            paused.remove(budget);
        }
    }

    /** Closes the connection when no budget is paused any more. Returns false if none is paused now. */
    boolean closeAfterwards() {
        closing = !paused.isEmpty();
        return closing;
    }

    /** Closes the connection if a close is pending and no budget is paused. */
    void closeIfDue() {
        if (closing && paused.isEmpty()) {
            closing = false;
            outbound.close();
        }
    }
}
