package dev.sprocket.server.internal.demo;

import dev.sprocket.core.Message;
import dev.sprocket.core.MessageComponent;
import dev.sprocket.http.HttpConnection;
import dev.sprocket.testkit.contract.HttpGuardContract;
import java.util.Optional;

class LoopbackClientsOnlyTest extends HttpGuardContract {
    @Override
    protected MessageComponent<? super HttpConnection, Message> decorate(
            MessageComponent<? super HttpConnection, Message> inner) {
        return new LoopbackClientsOnly("push", inner);
    }

    @Override
    protected Optional<MessageComponent<? super HttpConnection, Message>> rejecting(
            MessageComponent<? super HttpConnection, Message> inner) {
        return Optional.of(fromAddress("192.0.2.1", new LoopbackClientsOnly("push", inner)));
    }
}
