package dev.sprocket.http;

import dev.sprocket.core.Concurrent;
import dev.sprocket.core.Forwarding;
import dev.sprocket.core.Key;
import dev.sprocket.core.Message;
import dev.sprocket.core.MessageComponent;
import java.util.Optional;

/**
 * Lets requests through whose page may connect, and answers others with 403 and the reason (RFC 6455 10.2).
 *
 * <p>Threads: as the stack around it.
 */
@Concurrent
public final class OriginCheck extends Forwarding<HttpConnection, Message> implements TakesHead {
    private final Key<Boolean> passed = Key.of("origin", "did OriginCheck let it pass?");
    private final Origins origins;

    /** Guards a component. */
    public OriginCheck(Origins origins, MessageComponent<? super HttpConnection, ? super Message> inner) {
        super(WholeBody.before(inner));
        this.origins = origins;
    }

    @Override
    public void onOpen(HttpConnection conn) throws Exception {
        Optional<String> refusal = origins.refusal(HttpRequest.of(conn));
        if (refusal.isPresent()) {
            conn.respond(HttpResponse.explained(403, refusal.get()));
        } else {
            passed.set(conn, true);
            super.onOpen(conn);
        }
    }

    @Override
    public void onClose(HttpConnection conn) throws Exception {
        if (passed.peek(conn) != null) {
            super.onClose(conn);
        }
    }
}
