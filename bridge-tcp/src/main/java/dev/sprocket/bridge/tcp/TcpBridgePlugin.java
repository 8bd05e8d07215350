package dev.sprocket.bridge.tcp;

import com.google.inject.Inject;
import com.google.inject.Module;
import com.google.inject.multibindings.Multibinder;
import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import dev.sprocket.core.Connection;
import dev.sprocket.core.Endpoint;
import dev.sprocket.core.Loops;
import dev.sprocket.core.Message;
import dev.sprocket.core.MessageComponent;
import dev.sprocket.plugin.BridgeFactory;
import dev.sprocket.plugin.Plugin;

/** Brings the bridge {@code tcp}, with the options {@code host} and {@code port}. Threads: used by one. */
public final class TcpBridgePlugin implements Plugin {
    @Override
    public String name() {
        return "bridge-tcp";
    }

    @Override
    public Module module() {
        return binder -> Multibinder.newSetBinder(binder, BridgeFactory.class)
                .addBinding()
                .to(Factory.class);
    }

    private static final class Factory implements BridgeFactory {
        private final Loops loops;

        @Inject
        Factory(Loops loops) {
            this.loops = loops;
        }

        @Override
        public String name() {
            return "tcp";
        }

        @Override
        public Config defaults() {
            return ConfigFactory.parseString("host = 127.0.0.1, port = 5555");
        }

        @Override
        public Endpoint create(Config options, MessageComponent<? super Connection, ? super Message> target) {
            Config all = options.withFallback(defaults());
            BridgeFactory.requireLoopback(name(), all.getString("host"));
            return new TcpBridge(all.getString("host"), all.getInt("port"), loops, target);
        }
    }
}
