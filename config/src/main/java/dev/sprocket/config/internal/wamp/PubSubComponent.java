package dev.sprocket.config.internal.wamp;

import com.google.errorprone.annotations.ThreadSafe;
import dev.sprocket.config.internal.access.RemovedKeys;
import dev.sprocket.core.Component;
import dev.sprocket.core.ConcurrentComponent;
import dev.sprocket.plugin.ComponentFactory;
import dev.sprocket.plugin.StackType;
import dev.sprocket.plugin.config.Option;
import dev.sprocket.plugin.config.Settings;
import dev.sprocket.pubsub.Audience;
import dev.sprocket.pubsub.Event;
import dev.sprocket.pubsub.Topic;
import dev.sprocket.wamp.WampComponent;
import dev.sprocket.wamp.WampConnection;
import java.util.List;

/**
 * WAMP component for clients only, without Java code.
 *
 * <p>Published events reach the subscribers, and calls reach the client that registered the procedure. Who may do so is
 * decided by the access policy of the topics.
 */
@ThreadSafe
@ConcurrentComponent
final class PubSubComponent implements WampComponent {
    @Override
    public void onPublish(WampConnection conn, Topic topic, Event event, Audience audience) {
        topic.broadcast(event, audience);
    }

    /** Factory of the component {@code pubsub}. */
    static final class Factory implements ComponentFactory {
        @Override
        public String name() {
            return "pubsub";
        }

        @Override
        public String summary() {
            return "Lets clients subscribe, publish, call and register as topics, procedures and default-access say";
        }

        @Override
        public List<Option<?>> options() {
            return RemovedKeys.PUBSUB;
        }

        @Override
        public StackType requires() {
            return WampPlugin.WAMP;
        }

        @Override
        public Component<?> create(Settings settings) {
            return new PubSubComponent();
        }
    }
}
