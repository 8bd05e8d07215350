package dev.sprocket.bridge.http;

import dev.sprocket.core.Message;
import dev.sprocket.core.MessageComponent;
import dev.sprocket.http.HttpConnection;
import dev.sprocket.testkit.contract.HttpGuardContract;
import java.util.Optional;

class HeadFilterTest extends HttpGuardContract {
    @Override
    protected MessageComponent<? super HttpConnection, Message> decorate(
            MessageComponent<? super HttpConnection, Message> inner) {
        return new HeadFilter(request -> {}, inner);
    }

    @Override
    protected Optional<MessageComponent<? super HttpConnection, Message>> rejecting(
            MessageComponent<? super HttpConnection, Message> inner) {
        return Optional.of(new HeadFilter(
                request -> {
                    throw new PushRejectedException(401, "no secret");
                },
                inner));
    }
}
