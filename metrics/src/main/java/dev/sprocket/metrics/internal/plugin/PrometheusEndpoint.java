package dev.sprocket.metrics.internal.plugin;

import com.google.errorprone.annotations.ThreadSafe;
import com.sun.management.OperatingSystemMXBean;
import dev.sprocket.core.Component;
import dev.sprocket.http.AsyncFilter;
import dev.sprocket.http.HttpConnection;
import dev.sprocket.http.HttpFunction;
import dev.sprocket.http.HttpRequest;
import dev.sprocket.http.HttpResponse;
import dev.sprocket.metrics.SprocketMetrics;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.binder.jvm.ClassLoaderMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmGcMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmMemoryMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmThreadMetrics;
import io.micrometer.core.instrument.binder.system.ProcessorMetrics;
import io.micrometer.core.instrument.binder.system.UptimeMetrics;
import io.micrometer.core.instrument.config.MeterFilter;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/**
 * Endpoint for Prometheus: the metrics of the server, the JVM and the process.
 *
 * <p>There is one registry for each process, created with the first endpoint.
 */
@ThreadSafe
final class PrometheusEndpoint {
    private static final String TEXT = "text/plain; version=0.0.4; charset=utf-8";
    private static final String OPEN_METRICS = "application/openmetrics-text; version=1.0.0; charset=utf-8";

    /** Registry of the process. */
    private static final class Registry {
        static final PrometheusMeterRegistry INSTANCE = create();
        /** Used by {@link Writer} only. */
        static final InfoMeters INFOS = new InfoMeters(INSTANCE);

        /** Creates the registry; the binders live as long as the process. */
        @SuppressWarnings("resource")
        private static PrometheusMeterRegistry create() {
            PrometheusMeterRegistry registry = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
            // processor() adds the processor time by the name and unit that Prometheus expects
            registry.config()
                    .meterFilter(MeterFilter.denyNameStartsWith("process.cpu.time"))
                    .meterFilter(MeterFilter.denyNameStartsWith("system.cpu.count"));
            new SprocketMetrics().bindTo(registry);
            new JvmMemoryMetrics().bindTo(registry);
            new JvmGcMetrics().bindTo(registry);
            new JvmThreadMetrics().bindTo(registry);
            new ClassLoaderMetrics().bindTo(registry);
            processor(registry);
            OpenFiles.bindTo(registry);
            new UptimeMetrics().bindTo(registry);
            return registry;
        }
    }

    /** Adds the load of the machine and the processor time of the process. */
    private static void processor(PrometheusMeterRegistry registry) {
        new ProcessorMetrics().bindTo(registry);
        if (ManagementFactory.getOperatingSystemMXBean() instanceof OperatingSystemMXBean system) {
            FunctionCounter.builder("process.cpu", system, bean -> bean.getProcessCpuTime() / 1e9)
                    .baseUnit("seconds")
                    .description("Processor time of the process")
                    .register(registry);
        }
    }

    static Component<?> component() {
        PrometheusEndpoint endpoint = new PrometheusEndpoint(Registry.INSTANCE);
        HttpFunction unreached = request -> HttpResponse.error(500, "no metrics");
        return new AsyncFilter(endpoint::respond, unreached.toComponent());
    }

    private final PrometheusMeterRegistry registry;
    /** Texts that are being written, by type. Requests at the same time get the same one. */
    private final Map<String, CompletableFuture<byte[]>> running = new HashMap<>();

    private PrometheusEndpoint(PrometheusMeterRegistry registry) {
        this.registry = registry;
    }

    /** Responds in the text format of Prometheus, or in OpenMetrics 1.0 if asked for. */
    private CompletionStage<Optional<HttpResponse>> respond(HttpConnection conn) {
        String accepted = HttpRequest.of(conn).header("Accept").orElse("");
        String type = accepted.contains("application/openmetrics-text") ? OPEN_METRICS : TEXT;
        return text(type).thenApply(text -> Optional.of(HttpResponse.of(200).body(type, text)));
    }

    private synchronized CompletableFuture<byte[]> text(String type) {
        CompletableFuture<byte[]> pending = running.get(type);
        if (pending == null) {
            pending = CompletableFuture.supplyAsync(() -> write(type), Writer.THREAD);
            running.put(type, pending);
        }
        return pending;
    }

    private byte[] write(String type) {
        try {
            Registry.INFOS.update();
            return registry.scrape(type).getBytes(StandardCharsets.UTF_8);
        } finally {
            synchronized (this) {
                running.remove(type);
            }
        }
    }

    /** Thread that reads the metrics, which would take too long on an event loop. */
    private static final class Writer {
        static final ThreadPoolExecutor THREAD =
                new ThreadPoolExecutor(0, 1, 30, TimeUnit.SECONDS, new LinkedBlockingQueue<>(), task -> {
                    Thread thread = new Thread(task, "sprocket-metrics");
                    thread.setDaemon(true);
                    return thread;
                });
    }
}
