package dev.sprocket.http;

import dev.sprocket.core.Component;
import dev.sprocket.core.DelegatingComponent;
import dev.sprocket.core.ForwardingComponent;
import dev.sprocket.core.Message;
import dev.sprocket.core.MessageComponent;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Component that is opened when a request head has arrived, before its body.
 *
 * <p>Rejections based on the head (401, 403, 404) are sent without reading the body, and also answer {@code Expect:
 * 100-continue}. {@link HttpRequest#body} fails in {@code onOpen}. The component must pass requests on, on the event
 * loop, to {@link #around} the inner component.
 *
 * <p>The server also asks it for the CORS headers of a request that it has not received yet, to complete responses of
 * outer layers such as 405 or 413. Decorators pass the question on; a component that dispatches requests implements it
 * by asking the component that would receive the request.
 *
 * <p>Callbacks run on the threads of the surrounding stack.
 */
public interface RequestHeadListener {
    /** Returns the CORS headers of every response to a request; empty if no rules apply. */
    default Optional<List<Map.Entry<String, String>>> corsHeaders(HttpRequest request) {
        return inside().flatMap(listener -> listener.corsHeaders(request));
    }

    /** Returns the response to a CORS preflight request; empty if no rules apply. */
    default Optional<HttpResponse> preflight(HttpRequest request) {
        return inside().flatMap(listener -> listener.preflight(request));
    }

    private Optional<RequestHeadListener> inside() {
        return this instanceof DelegatingComponent outer
                ? outer.delegate().flatMap(next -> ForwardingComponent.find(next, RequestHeadListener.class))
                : Optional.empty();
    }

    /** Reports whether a component can be opened before the body of a request has arrived. */
    static boolean accepts(Component<?> component) {
        Component<?> current = component;
        while (!(current instanceof RequestHeadListener)) {
            Component<?> next = current instanceof DelegatingComponent outer && outer.ignoresContent()
                    ? outer.delegate().orElse(null)
                    : null;
            if (next == null) {
                return false;
            }
            current = next;
        }
        return true;
    }

    /**
     * Returns a component that may be opened when the head of a request has arrived.
     *
     * <p>This is the component itself if it {@linkplain #accepts accepts} that, otherwise {@link #afterBody}.
     */
    static MessageComponent<? super HttpConnection, ? super Message> around(
            MessageComponent<? super HttpConnection, ? super Message> component) {
        return accepts(component) ? component : afterBody(component);
    }

    /**
     * Returns a component that opens another one when the body of a request has arrived.
     *
     * <p>For a {@code RequestHeadListener} that reads bodies, such as an {@link AsyncFilter} whose check does.
     */
    static MessageComponent<HttpConnection, Message> afterBody(
            MessageComponent<? super HttpConnection, ? super Message> component) {
        return new BodyAggregator(component);
    }
}
