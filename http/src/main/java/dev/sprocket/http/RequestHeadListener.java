package dev.sprocket.http;

/**
 * A component that is told of a request before its body has arrived.
 *
 * <p>What it refuses by the head (401, 403, 404) is answered without the body, and {@code Expect: 100-continue} with the
 * refusal. {@link HttpRequest#body} fails in its {@code onOpen}. It passes requests on to {@link BodyAggregator#wrapIfNeeded} of the
 * component inside, on the event loop.
 *
 * <p>Callbacks run on the threads of the surrounding stack.
 */
public interface RequestHeadListener {}
