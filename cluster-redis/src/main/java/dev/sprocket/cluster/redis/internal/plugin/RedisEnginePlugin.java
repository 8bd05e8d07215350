package dev.sprocket.cluster.redis.internal.plugin;

import com.google.inject.Module;
import dev.sprocket.cluster.redis.RedisEngine;
import dev.sprocket.cluster.spi.Engine;
import dev.sprocket.plugin.Factory;
import dev.sprocket.plugin.Plugin;
import dev.sprocket.plugin.ServiceFactory;
import dev.sprocket.plugin.config.Option;
import dev.sprocket.plugin.config.Settings;
import java.time.Duration;

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

    @Override
    public String name() {
        return "cluster-redis";
    }

    @Override
    public Module module() {
        return binder -> ServiceFactory.services(binder)
                .addBinding()
                .toInstance(Factory.named("redis", "Connects nodes by Redis 6.2 or newer")
                        .options(URI, PREFIX, TIMEOUT, PROBE_INTERVAL)
                        .service(Engine.class, RedisEnginePlugin::engine));
    }

    private static void checkUri(String uri) {
        var unused = RedisEngine.builder(uri);
    }

    private static void checkPrefix(String prefix) {
        var unused = RedisEngine.builder("redis://127.0.0.1").prefix(prefix);
    }

    private static Engine engine(Settings settings) {
        return RedisEngine.builder(settings.get(URI))
                .prefix(settings.get(PREFIX))
                .timeout(settings.get(TIMEOUT))
                .probeInterval(settings.get(PROBE_INTERVAL))
                .build();
    }
}
