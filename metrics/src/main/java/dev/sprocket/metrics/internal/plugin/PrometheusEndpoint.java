package dev.sprocket.metrics.internal.plugin;

import com.google.errorprone.annotations.ThreadSafe;
import com.sun.management.OperatingSystemMXBean;
import dev.sprocket.core.Component;
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

/**
 * Endpoint for Prometheus: the metrics of the server, the JVM and the process.
 *
 * <p>There is one registry for each process, created with the first endpoint.
 */
@ThreadSafe
final class PrometheusEndpoint implements HttpFunction {
    private static final String TEXT = "text/plain; version=0.0.4; charset=utf-8";
    private static final String OPEN_METRICS = "application/openmetrics-text; version=1.0.0; charset=utf-8";

    /** Registry of the process. */
    private static final class Registry {
        static final PrometheusMeterRegistry INSTANCE = create();

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
        PrometheusMeterRegistry registry = Registry.INSTANCE;
        return new PrometheusEndpoint(registry).toComponent();
    }

    private final PrometheusMeterRegistry registry;

    private PrometheusEndpoint(PrometheusMeterRegistry registry) {
        this.registry = registry;
    }

    /** Responds in the text format of Prometheus, or in OpenMetrics 1.0 if asked for. */
    @Override
    public HttpResponse handle(HttpRequest request) {
        boolean open = request.header("Accept").orElse("").contains("application/openmetrics-text");
        String type = open ? OPEN_METRICS : TEXT;
        return HttpResponse.of(200).body(type, registry.scrape(type).getBytes(StandardCharsets.UTF_8));
    }
}
