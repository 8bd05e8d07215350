package dev.sprocket.bridge.http;

import com.google.inject.Inject;
import com.google.inject.Module;
import com.google.inject.multibindings.Multibinder;
import dev.sprocket.core.Connection;
import dev.sprocket.core.Endpoint;
import dev.sprocket.core.IoServer;
import dev.sprocket.core.Loops;
import dev.sprocket.core.Message;
import dev.sprocket.core.MessageComponent;
import dev.sprocket.http.HttpServer;
import dev.sprocket.http.Router;
import dev.sprocket.plugin.BridgeFactory;
import dev.sprocket.plugin.Option;
import dev.sprocket.plugin.Plugin;
import dev.sprocket.plugin.Settings;
import dev.sprocket.pubsub.Topics;
import java.util.List;
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
        private static final Option<String> HOST = Option.text("host", "127.0.0.1", "where it listens");
        private static final Option<Integer> PORT = Option.port("port", 5557, "where it listens; 0 takes a free one");
        private static final Option<String> PATH = Option.text("path", "/push", "where to POST");
        private static final Option<Optional<String>> TOPIC_FIELD =
                Option.optionalText("topic-field", "the member that names the topic of an object that is no envelope");

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
        public String summary() {
            return "JSON by POST, on a port of its own";
        }

        @Override
        public List<Option<?>> options() {
            return List.of(HOST, PORT, PATH, TOPIC_FIELD);
        }

        /** The target is left aside: an answer tells how many subscribers there were, which only the topics know. */
        @Override
        public Endpoint create(Settings settings, MessageComponent<? super Connection, ? super Message> target) {
            BridgeFactory.requireLoopback(name(), settings.get(HOST));
            HttpPush push = new HttpPush(topics, settings.get(TOPIC_FIELD));
            return new IoServer(
                    settings.get(HOST),
                    settings.get(PORT),
                    loops,
                    new HttpServer(push.on(new Router(), settings.get(PATH))));
        }
    }
}
