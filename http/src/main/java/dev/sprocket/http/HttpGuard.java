package dev.sprocket.http;

import dev.sprocket.core.Message;
import dev.sprocket.core.MessageComponent;
import dev.sprocket.core.filter.Guard;

/**
 * Base class of filters that admit requests by their head, or answer them.
 *
 * <p>A request that is answered never reaches the component inside, and its body is not read.
 *
 * <pre>{@code
 * final class GetOnly extends HttpGuard {
 *     GetOnly(MessageComponent<? super HttpConnection, ? super Message> inner) {
 *         super(inner);
 *     }
 *     protected Optional<HttpResponse> admit(HttpConnection conn) {
 *         return HttpRequest.of(conn).method().equals("GET")
 *                 ? Optional.empty()
 *                 : Optional.of(HttpResponse.error(405, "method not allowed (expected: GET)").header("Allow", "GET"));
 *     }
 * }
 * }</pre>
 *
 * <p>Callbacks run on the threads of the surrounding stack.
 */
public abstract class HttpGuard extends Guard<HttpConnection, Message, HttpResponse> implements RequestHeadListener {
    /** Creates a filter of the requests for a component. */
    protected HttpGuard(MessageComponent<? super HttpConnection, ? super Message> inner) {
        super(RequestHeadListener.around(inner));
    }

    @Override
    protected final void reject(HttpConnection conn, HttpResponse response) {
        conn.respond(response);
    }
}
