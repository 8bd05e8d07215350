package dev.sprocket.cluster.redis.internal.plugin;

import com.google.inject.Module;
import dev.sprocket.cluster.redis.RedisEngine;
import dev.sprocket.cluster.spi.Engine;
import dev.sprocket.plugin.Factory;
import dev.sprocket.plugin.Plugin;
import dev.sprocket.plugin.ServiceFactory;
import dev.sprocket.plugin.config.ConfigErrors;
import dev.sprocket.plugin.config.Option;
import dev.sprocket.plugin.config.Settings;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;

/** Plugin with the engine {@code redis}. Not thread-safe. */
public final class RedisEnginePlugin implements Plugin {
    private static final Option<String> URI = Option.string(
                    "uri",
                    "redis://127.0.0.1:6379",
                    "URI redis://user:password@host:port/database; rediss:// for TLS;"
                            + " redis-sentinel://host1,host2/database#master for Sentinel")
            .checked(RedisEnginePlugin::checkUri);
    private static final Option<String> PREFIX = Option.string(
                    "prefix",
                    RedisEngine.DEFAULT_PREFIX,
                    "Prefix of keys and channels; sites that share a Redis need different ones")
            .checked(RedisEnginePlugin::checkPrefix);
    private static final Option<Duration> TIMEOUT = Option.duration(
                    "timeout",
                    RedisEngine.DEFAULT_TIMEOUT,
                    "Maximum time to connect, for each answer, and for the way of a probe")
            .positive();
    private static final Option<Duration> PROBE_INTERVAL = Option.duration(
                    "probe-interval",
                    RedisEngine.DEFAULT_PROBE_INTERVAL,
                    "Interval of probes, which travel through Redis and must come back")
            .positive();
    private static final Option<Optional<String>> TRUSTED_CERTIFICATES = Option.optionalString(
                    "trusted-certificates",
                    "PEM file with the root certificates of Redis, for rediss://; default: those of the JVM")
            .checked(RedisEnginePlugin::checkCertificates);
    private static final Option<Integer> WAIT_REPLICAS = Option.number(
            "wait-replicas",
            0,
            0,
            100,
            "Number of replicas that must confirm an event of a topic with a history before its publish succeeds; all"
                    + " other commands wait meanwhile");
    private static final Option<Duration> WAIT_TIMEOUT = Option.duration(
                    "wait-timeout",
                    Duration.ofMillis(50),
                    "Maximum time to wait for replicas, at most half of the timeout; beyond it the publish fails,"
                            + " although the event is stored and delivered")
            .positive();

    @Override
    public String name() {
        return "cluster-redis";
    }

    @Override
    public Module module() {
        return binder -> ServiceFactory.services(binder)
                .addBinding()
                .toInstance(Factory.named("redis", "Connects nodes by Redis 6.2 or newer")
                        .options(
                                URI, PREFIX, TIMEOUT, PROBE_INTERVAL, TRUSTED_CERTIFICATES, WAIT_REPLICAS, WAIT_TIMEOUT)
                        .warnings(RedisEnginePlugin::warn)
                        .service(Engine.class, RedisEnginePlugin::engine));
    }

    private static void checkUri(String uri) {
        var unused = RedisEngine.builder(uri);
    }

    private static void checkPrefix(String prefix) {
        var unused = RedisEngine.builder("redis://127.0.0.1").prefix(prefix);
    }

    private static void checkCertificates(Optional<String> file) {
        file.ifPresent(pem -> {
            var unused = RedisEngine.builder("redis://127.0.0.1").trustedCertificates(Path.of(pem));
        });
    }

    private static void warn(Settings settings, ConfigErrors problems) {
        if (settings.get(WAIT_REPLICAS) == 0) {
            settings.warnIfSet(WAIT_TIMEOUT, "without wait-replicas", problems);
        }
    }

    private static Engine engine(Settings settings) {
        RedisEngine.Builder engine = RedisEngine.builder(settings.get(URI))
                .prefix(settings.get(PREFIX))
                .timeout(settings.get(TIMEOUT))
                .probeInterval(settings.get(PROBE_INTERVAL));
        settings.get(TRUSTED_CERTIFICATES).ifPresent(file -> engine.trustedCertificates(Path.of(file)));
        if (settings.get(WAIT_REPLICAS) > 0) {
            engine.waitReplicas(settings.get(WAIT_REPLICAS), settings.get(WAIT_TIMEOUT));
        }
        return engine.build();
    }
}
