package dev.sprocket.bridge.zmq;

import com.google.inject.Module;
import com.google.inject.multibindings.Multibinder;
import dev.sprocket.core.Connection;
import dev.sprocket.core.Endpoint;
import dev.sprocket.core.Message;
import dev.sprocket.core.MessageComponent;
import dev.sprocket.plugin.BridgeFactory;
import dev.sprocket.plugin.Option;
import dev.sprocket.plugin.Plugin;
import dev.sprocket.plugin.Settings;
import java.util.List;

/** Brings the bridge {@code zmq}, with the options {@code host} and {@code port}. Threads: used by one. */
public final class ZmqBridgePlugin implements Plugin {
    @Override
    public String name() {
        return "bridge-zmq";
    }

    @Override
    public Module module() {
        return binder -> Multibinder.newSetBinder(binder, BridgeFactory.class)
                .addBinding()
                .toInstance(new Factory());
    }

    private static final class Factory implements BridgeFactory {
        private static final Option<String> HOST = Option.text("host", "127.0.0.1", "where it listens");
        private static final Option<Integer> PORT = Option.port("port", 5556, "where it listens; 0 takes a free one");

        @Override
        public String name() {
            return "zmq";
        }

        @Override
        public String summary() {
            return "JSON by ZeroMQ";
        }

        @Override
        public List<Option<?>> options() {
            return List.of(HOST, PORT);
        }

        @Override
        public Endpoint create(Settings settings, MessageComponent<? super Connection, ? super Message> target) {
            BridgeFactory.requireLoopback(name(), settings.get(HOST));
            return new ZmqPull(settings.get(HOST), settings.get(PORT), target);
        }
    }
}
