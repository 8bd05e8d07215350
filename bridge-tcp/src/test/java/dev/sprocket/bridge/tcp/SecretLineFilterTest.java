package dev.sprocket.bridge.tcp;

import dev.sprocket.core.Connection;
import dev.sprocket.core.Message;
import dev.sprocket.core.MessageComponent;
import dev.sprocket.core.SharedSecret;
import dev.sprocket.testkit.Recorder;
import dev.sprocket.testkit.contract.ComponentContract;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

class SecretLineFilterTest extends ComponentContract<Connection> {
    @Override
    protected MessageComponent<? super Connection, Message> decorate(
            MessageComponent<? super Connection, Message> inner) {
        return new SecretLineFilter(SharedSecret.of("secret"), inner);
    }

    @Override
    protected Optional<MessageComponent<? super Connection, Message>> rejecting(
            MessageComponent<? super Connection, Message> inner) {
        return Optional.of(new SecretLineFilter(SharedSecret.of("another secret"), inner));
    }

    @Override
    protected MessageComponent<? super Connection, ? super Message> stack(
            MessageComponent<? super Connection, Message> decorator) {
        return decorator;
    }

    @Override
    protected MessageComponent<? super Connection, ? super Message> application(Recorder application) {
        return application;
    }

    @Override
    protected byte[] handshake() {
        return "secret\n".getBytes(StandardCharsets.UTF_8);
    }
}
