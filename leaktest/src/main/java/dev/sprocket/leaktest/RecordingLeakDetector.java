package dev.sprocket.leaktest;

import io.netty.util.ResourceLeakDetector;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/**
 * Leak detector that records the reports of Netty's detector.
 *
 * <p>Netty creates one per kind of resource, because the parent POM specifies this class in the system property {@code
 * io.netty.customResourceLeakDetector}.
 */
public final class RecordingLeakDetector<T> extends ResourceLeakDetector<T> {
    private static final List<String> LEAKS = new CopyOnWriteArrayList<>();
    private static volatile boolean used;

    /** Called by Netty through reflection. */
    public RecordingLeakDetector(Class<?> resourceType, int samplingInterval) {
        super(resourceType, samplingInterval);
        used = true;
    }

    /** Called by Netty through reflection. */
    @SuppressWarnings("deprecation")
    public RecordingLeakDetector(Class<?> resourceType, int samplingInterval, long maxActive) {
        super(resourceType, samplingInterval, maxActive);
        used = true;
    }

    /** Returns true, so that leaks are reported even if logging is disabled. */
    @Override
    protected boolean needReport() {
        return true;
    }

    @Override
    protected void reportTracedLeak(String resourceType, String records) {
        LEAKS.add(resourceType + " was never released." + records);
        super.reportTracedLeak(resourceType, records);
    }

    @Override
    protected void reportUntracedLeak(String resourceType) {
        LEAKS.add(resourceType + " was never released (no access records).");
        super.reportUntracedLeak(resourceType);
    }

    static boolean isUsed() {
        return used;
    }

    static List<String> leaks() {
        return List.copyOf(LEAKS);
    }
}
