package dev.sprocket.bridge.http;

import com.google.inject.Inject;
import com.google.inject.Module;
import com.google.inject.multibindings.Multibinder;
import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import dev.sprocket.core.Connection;
import dev.sprocket.core.Endpoint;
import dev.sprocket.core.IoServer;
import dev.sprocket.core.Loops;
import dev.sprocket.core.Message;
import dev.sprocket.core.MessageComponent;
import dev.sprocket.http.HttpServer;
import dev.sprocket.http.Router;
import dev.sprocket.plugin.BridgeFactory;
import dev.sprocket.plugin.Plugin;
import dev.sprocket.pubsub.Topics;
import java.util.Optional;

/**
 * Brings the bridge {@code http}: pushes on a port of their own, apart from the public one. Options: {@code host}, {@code
 * port}, {@code path}, {@code topic-field}. Threads: used by one.
 */
public final class HttpBridgePlugin implements Plugin {
    @Override
    public String name() {
        return "bridge-http";
    }

    @Override
    public Module module() {
        return binder -> Multibinder.newSetBinder(binder, BridgeFactory.class)
                .addBinding()
                .to(Factory.class);
    }

    private static final class Factory implements BridgeFactory {
        private final Loops loops;
        private final Topics topics;

        @Inject
        Factory(Loops loops, Topics topics) {
            this.loops = loops;
            this.topics = topics;
        }

        @Override
        public String name() {
            return "http";
        }

        @Override
        public Config defaults() {
            return ConfigFactory.parseString("host = 127.0.0.1, port = 5557, path = /push, topic-field = \"\"");
        }

        /** The target is left aside: an answer tells how many subscribers there were, which only the topics know. */
        @Override
        public Endpoint create(Config options, MessageComponent<? super Connection, ? super Message> target) {
            Config all = options.withFallback(defaults());
            BridgeFactory.requireLoopback(name(), all.getString("host"));
            HttpPush push = new HttpPush(
                    topics, Optional.of(all.getString("topic-field")).filter(field -> !field.isEmpty()));
            return new IoServer(
                    all.getString("host"),
                    all.getInt("port"),
                    loops,
                    new HttpServer(push.on(new Router(), all.getString("path"))));
        }
    }
}
