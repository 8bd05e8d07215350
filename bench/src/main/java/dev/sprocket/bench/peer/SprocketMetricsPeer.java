package dev.sprocket.bench.peer;

import dev.sprocket.metrics.SprocketMetrics;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;

/** The stack of {@link SprocketPeer}, whose counters and times are bound to a registry for Prometheus. */
public final class SprocketMetricsPeer implements Peer {
    private final SprocketPeer measured = new SprocketPeer();
    private final SprocketMetrics metrics = new SprocketMetrics();
    private final PrometheusMeterRegistry registry = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);

    public static void main(String[] args) throws Exception {
        Peer.main(new SprocketMetricsPeer(), args);
    }

    @Override
    public void start(int port, Mode mode) throws Exception {
        metrics.bindTo(registry);
        measured.start(port, mode);
    }

    @Override
    public void start(Arguments arguments) throws Exception {
        metrics.bindTo(registry);
        measured.start(arguments);
    }
}
