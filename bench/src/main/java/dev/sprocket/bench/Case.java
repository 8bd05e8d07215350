package dev.sprocket.bench;

import java.util.List;

/**
 * What is measured of every server.
 *
 * @param label what is said of it above its figures
 * @param figures the names of what comes out, each with its unit
 */
record Case(String label, Mode mode, List<String> figures, Measurement measurement) {
    /** Measures a server once. */
    interface Measurement {
        Sample take(Server server, Target target) throws InterruptedException;
    }
}
