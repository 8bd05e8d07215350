package dev.sprocket.bench.report;

import dev.sprocket.bench.client.Target;
import dev.sprocket.bench.peer.Mode;
import dev.sprocket.bench.peer.Server;
import java.util.List;

/**
 * One configuration of a benchmark, measured for every server.
 *
 * @param label heading of its results
 * @param figures names of the results, with units
 */
public record Case(String label, Mode mode, List<String> figures, Measurement measurement) {
    /** Measures one server once. */
    public interface Measurement {
        Sample take(Server server, Target target) throws InterruptedException;
    }
}
