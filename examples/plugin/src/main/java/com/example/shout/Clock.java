package com.example.shout;

import dev.sprocket.core.Attributes;
import dev.sprocket.core.Connection;
import dev.sprocket.core.Message;
import dev.sprocket.core.MessageComponent;
import dev.sprocket.core.io.Endpoint;
import dev.sprocket.plugin.BridgeFactory;
import dev.sprocket.plugin.config.Option;
import dev.sprocket.plugin.config.Settings;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/** Bridge that pushes the current time to a topic at a fixed interval. */
final class Clock implements Endpoint, Connection {
    private static final Option<String> TOPIC = Option.string("topic", "time", "Topic that receives the time");
    private static final Option<Duration> EVERY =
            Option.duration("every", Duration.ofSeconds(1), "Interval between events");

    private final String topic;
    private final Duration every;
    private final MessageComponent<? super Connection, ? super Message> target;
    private final ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor();
    private final Attributes attributes = new Attributes();

    private Clock(String topic, Duration every, MessageComponent<? super Connection, ? super Message> target) {
        this.topic = topic;
        this.every = every;
        this.target = target;
    }

    @Override
    public void start() {
        timer.scheduleAtFixedRate(this::tick, 0, every.toMillis(), TimeUnit.MILLISECONDS);
    }

    private void tick() {
        try {
            target.onMessage(this, Message.text("{\"topic\":\"" + topic + "\",\"event\":\"" + Instant.now() + "\"}"));
        } catch (Exception e) {
            System.err.println("clock: " + e);
        }
    }

    @Override
    public void close(Duration deadline) {
        timer.shutdownNow();
    }

    @Override
    public void close() {
        close(Duration.ZERO);
    }

    @Override
    public boolean isOpen() {
        return !timer.isShutdown();
    }

    /** Discards the message: the clock has no receiver. */
    @Override
    public boolean send(Message message) {
        return false;
    }

    @Override
    public SocketAddress address() {
        return InetSocketAddress.createUnresolved("clock", 0);
    }

    @Override
    public SocketAddress remoteAddress() {
        return address();
    }

    @Override
    public SocketAddress localAddress() {
        return address();
    }

    @Override
    public Attributes attributes() {
        return attributes;
    }

    /** Creates the bridge from its settings. */
    static final class Factory implements BridgeFactory {
        @Override
        public String name() {
            return "clock";
        }

        @Override
        public String summary() {
            return "Pushes the current time to a topic";
        }

        @Override
        public List<Option<?>> options() {
            return List.of(TOPIC, EVERY);
        }

        @Override
        public Endpoint create(Settings settings, MessageComponent<? super Connection, ? super Message> target) {
            return new Clock(settings.get(TOPIC), settings.get(EVERY), target);
        }
    }
}
