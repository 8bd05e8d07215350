package dev.sprocket.session;

import dev.sprocket.core.Message;
import dev.sprocket.core.MessageComponent;
import dev.sprocket.http.Cookies;
import dev.sprocket.http.HttpConnection;
import dev.sprocket.testkit.contract.HttpGuardContract;
import java.util.Optional;

class SessionProviderContractTest extends HttpGuardContract {
    private static Sessions sessions() {
        return Sessions.of(request -> Cookies.of(request).value("SID"), new MemoryStore(), new PairsCodec());
    }

    @Override
    protected MessageComponent<? super HttpConnection, Message> decorate(
            MessageComponent<? super HttpConnection, Message> inner) {
        return new SessionProvider(sessions(), inner);
    }

    @Override
    protected Optional<MessageComponent<? super HttpConnection, Message>> rejecting(
            MessageComponent<? super HttpConnection, Message> inner) {
        return Optional.of(new SessionProvider(sessions().required(), inner));
    }
}
