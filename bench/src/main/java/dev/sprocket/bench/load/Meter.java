package dev.sprocket.bench.load;

import dev.sprocket.bench.client.Target;

/** Adds up the processor time of server and load in one or several phases. Not thread-safe. */
final class Meter {
    private final ProcessStats server;
    private final ProcessStats own = new ProcessStats(ProcessHandle.current().pid());
    private ProcessStats.Cpu serverBefore = ProcessStats.Cpu.ZERO;
    private ProcessStats.Cpu ownBefore = ProcessStats.Cpu.ZERO;
    private ProcessStats.Cpu serverSum = ProcessStats.Cpu.ZERO;
    private ProcessStats.Cpu ownSum = ProcessStats.Cpu.ZERO;
    private long begun;
    private long nanos;
    private long count;

    Meter(Target target) {
        server = new ProcessStats(target.pid());
    }

    void begin() {
        serverBefore = server.cpu();
        ownBefore = own.cpu();
        begun = System.nanoTime();
    }

    /** Ends a phase in which some operations were counted. */
    void end(long counted) {
        end(counted, System.nanoTime());
    }

    /** Ends a phase whose last operation was at a time. */
    void end(long counted, long ended) {
        nanos += ended - begun;
        serverSum = serverSum.plus(server.cpu().minus(serverBefore));
        ownSum = ownSum.plus(own.cpu().minus(ownBefore));
        count += counted;
    }

    long count() {
        return count;
    }

    long nanos() {
        return nanos;
    }

    /** Returns the sum of all phases. */
    Window window(long total) {
        double seconds = nanos / 1e9;
        return new Window(
                count,
                total,
                seconds,
                serverSum.total() / seconds,
                serverSum.user() / seconds,
                ownSum.total() / seconds);
    }
}
