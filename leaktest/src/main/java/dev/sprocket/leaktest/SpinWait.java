package dev.sprocket.leaktest;

/** One step of a busy-wait loop that ends when its thread is interrupted. */
public final class SpinWait {
    private SpinWait() {}

    /**
     * Hints at a busy-wait loop, as {@link Thread#onSpinWait()} does.
     *
     * <p>JUnit's {@code @Timeout} interrupts the thread of a test, so a loop that calls this method ends at the
     * timeout.
     *
     * @throws InterruptedException if the thread was interrupted
     */
    public static void once() throws InterruptedException {
        Thread.onSpinWait();
        if (Thread.interrupted()) {
            throw new InterruptedException("interrupted while waiting for a condition");
        }
    }
}
