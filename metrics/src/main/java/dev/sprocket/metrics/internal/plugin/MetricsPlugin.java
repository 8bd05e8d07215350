package dev.sprocket.metrics.internal.plugin;

import com.google.inject.Module;
import com.google.inject.multibindings.Multibinder;
import dev.sprocket.core.Component;
import dev.sprocket.http.HttpConnection;
import dev.sprocket.plugin.ComponentFactory;
import dev.sprocket.plugin.Plugin;
import dev.sprocket.plugin.StackType;
import dev.sprocket.plugin.config.ConfigErrors;
import dev.sprocket.plugin.config.Settings;

/**
 * Plugin with the component {@code metrics}.
 *
 * <p>Not thread-safe.
 */
public final class MetricsPlugin implements Plugin {
    @Override
    public String name() {
        return "metrics";
    }

    @Override
    public Module module() {
        return binder -> Multibinder.newSetBinder(binder, ComponentFactory.class)
                .addBinding()
                .toInstance(new Endpoint());
    }

    private static final class Endpoint implements ComponentFactory {
        @Override
        public String name() {
            return "metrics";
        }

        @Override
        public String summary() {
            return "Serves the metrics of the server and the JVM for Prometheus";
        }

        @Override
        public StackType requires() {
            return StackType.messages(HttpConnection.class);
        }

        @Override
        public void warnUnguarded(Settings settings, ConfigErrors problems) {
            problems.warn(
                    settings.origin(),
                    "component metrics: every client of this address can read the metrics (expected: basic-auth,"
                            + " ip-filter, or a listener with address = \"127.0.0.1:9090\")");
        }

        @Override
        public Component<?> create(Settings settings) {
            return PrometheusEndpoint.component();
        }
    }
}
