package dev.sprocket.http;

/**
 * Component that is opened when a request head has arrived, before its body.
 *
 * <p>Rejections based on the head (401, 403, 404) are sent without reading the body, and also answer {@code Expect:
 * 100-continue}. {@link HttpRequest#body} fails in {@code onOpen}. The component must pass requests on, on the event
 * loop, to {@link BodyAggregator#wrapIfNeeded} of the inner component.
 *
 * <p>Callbacks run on the threads of the surrounding stack.
 */
public interface RequestHeadListener {}
