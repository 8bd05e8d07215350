package dev.sprocket.bridge.zmq;

import com.google.inject.Module;
import com.google.inject.multibindings.Multibinder;
import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import dev.sprocket.core.Connection;
import dev.sprocket.core.Endpoint;
import dev.sprocket.core.Message;
import dev.sprocket.core.MessageComponent;
import dev.sprocket.plugin.BridgeFactory;
import dev.sprocket.plugin.Plugin;

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
        @Override
        public String name() {
            return "zmq";
        }

        @Override
        public Config defaults() {
            return ConfigFactory.parseString("host = 127.0.0.1, port = 5556");
        }

        @Override
        public Endpoint create(Config options, MessageComponent<? super Connection, ? super Message> target) {
            Config all = options.withFallback(defaults());
            BridgeFactory.requireLoopback(name(), all.getString("host"));
            return new ZmqPull(all.getString("host"), all.getInt("port"), target);
        }
    }
}
