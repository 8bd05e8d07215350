package dev.sprocket.faultlab.internal.plugin;

import com.google.inject.Inject;
import com.google.inject.Module;
import com.google.inject.multibindings.Multibinder;
import dev.sprocket.core.Connection;
import dev.sprocket.plugin.ComponentFactory;
import dev.sprocket.plugin.Plugin;
import dev.sprocket.plugin.StackType;
import dev.sprocket.plugin.config.Option;
import dev.sprocket.plugin.config.Settings;
import dev.sprocket.pubsub.Topics;
import java.util.List;

/** Plugin with the component {@code fault-lab-feed}. */
public final class FeedPlugin implements Plugin {
    @Override
    public String name() {
        return "fault-lab";
    }

    @Override
    public Module module() {
        return binder -> Multibinder.newSetBinder(binder, ComponentFactory.class)
                .addBinding()
                .to(FeedFactory.class);
    }

    private static final class FeedFactory implements ComponentFactory {
        private final Topics topics;

        @Inject
        FeedFactory(Topics topics) {
            this.topics = topics;
        }

        @Override
        public String name() {
            return "fault-lab-feed";
        }

        @Override
        public String summary() {
            return "Sends the events of topics that the client names";
        }

        @Override
        public List<Option<?>> options() {
            return List.of();
        }

        @Override
        public StackType requires() {
            return StackType.messages(Connection.class);
        }

        @Override
        public Feed create(Settings settings) {
            return new Feed(topics);
        }
    }
}
