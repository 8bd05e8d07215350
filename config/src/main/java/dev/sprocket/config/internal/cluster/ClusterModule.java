package dev.sprocket.config.internal.cluster;

import com.google.inject.AbstractModule;
import com.google.inject.Provides;
import com.google.inject.Singleton;
import dev.sprocket.config.internal.access.ConfiguredTopics;
import dev.sprocket.plugin.ServiceFactory;
import dev.sprocket.plugin.config.ConfigErrors;
import dev.sprocket.plugin.config.Settings;
import dev.sprocket.pubsub.Topics;
import java.util.Set;

/**
 * Guice module with the cluster and the topics of a configuration file.
 *
 * <p>Factories are given the topics, and the topics the log of the engine, so the engine is created first.
 */
public final class ClusterModule extends AbstractModule {
    private final Settings server;
    private final long historyMemory;
    private final String about;
    private final ConfigErrors problems;

    /**
     * Creates a module.
     *
     * @param historyMemory maximum memory of the latest events of all topics, in bytes
     * @param about text about this server for the operators of others
     */
    public ClusterModule(Settings server, long historyMemory, String about, ConfigErrors problems) {
        this.server = server;
        this.historyMemory = historyMemory;
        this.about = about;
        this.problems = problems;
    }

    @Provides
    @Singleton
    ConfiguredCluster cluster(Set<ServiceFactory<?>> services) {
        return new ConfiguredCluster(services, server, historyMemory, about, problems);
    }

    @Provides
    @Singleton
    static ConfiguredTopics configured(ConfiguredCluster cluster) {
        return cluster.topics("");
    }

    @Provides
    static Topics topics(ConfiguredTopics configured) {
        return configured.topics();
    }
}
