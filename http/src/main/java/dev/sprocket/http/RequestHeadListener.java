package dev.sprocket.http;

import dev.sprocket.core.Component;
import dev.sprocket.core.filter.ConnectionFilter;

/**
 * Component that is opened when a request head has arrived, before its body.
 *
 * <p>Rejections based on the head (401, 403, 404) are sent without reading the body, and also answer {@code Expect:
 * 100-continue}. {@link HttpRequest#body} fails in {@code onOpen}. The component must pass requests on, on the event
 * loop, to {@link BodyAggregator#wrapIfNeeded} of the inner component.
 *
 * <p>Callbacks run on the threads of the surrounding stack.
 */
public interface RequestHeadListener {
    /** Reports whether a component can be opened before the body of a request has arrived. */
    static boolean accepts(Component<?> component) {
        Component<?> current = component;
        while (current instanceof ConnectionFilter decorator) {
            current = decorator.delegate();
        }
        return current instanceof RequestHeadListener;
    }
}
