/**
 * What gets through where WebSocket does not: requests. {@link dev.sprocket.sse.SseSubscriber} lets pages listen to topics; {@link
 * dev.sprocket.sse.CometServer} makes connections in both directions, for any component. Both are put on a route.
 *
 * <h2>The wire of CometServer</h2>
 *
 * <p>A client listens by GET and sends by POST, to the same path. What it hears of a connection, by either way to listen, is its id and
 * the numbers of messages, from 1 on; these say where to go on if a request breaks off.
 *
 * <pre>{@code
 * GET /chat, Accept: text/event-stream      opens a connection and listens: a stream of events
 * GET /chat                                 opens a connection and polls
 * GET /chat?id=…&after=3                    listens on, behind message 3; or the header Last-Event-ID: id.3
 * POST /chat?id=…                           sends a message: the body, 204 when it is taken
 * POST /chat?id=…&n=1                       the same, counted: one that comes twice is taken once, a gap is 409
 * DELETE /chat?id=…                         leaves
 * }</pre>
 *
 * <p>A body is text in UTF-8, unless its Content-Type is {@code application/octet-stream}. An id that is not known here (any more) is
 * answered with 404, one message too large with 413, one connection too many with 503.
 *
 * <p>In a <b>stream</b> the first event is of the type {@code id}, its data is the id. A message is an event without a type; of the
 * type {@code json} if it is a text with CR, which events cannot hold, as a string of JSON; of the type {@code binary} if it is
 * binary, as Base64. When the connection ends there is one of the type {@code close}; its data is why, in a word or two.
 *
 * <p>A <b>poll</b> is answered as soon as there is something, or after 20 seconds, with <code>{"id":"…","last":3,"messages":["a",
 * {"binary":"AAEC"}]}</code>, and {@code "closed":"…"} when the connection has ended. The next asks for what is {@code after} that
 * {@code last}, and so says that all before has arrived.
 *
 * <p>Messages that were polled are kept until the next poll; of a stream, the last 64 KiB. If what is asked for is not kept any more
 * the connection is closed rather than go on with a gap. If nobody listens for 30 seconds it is closed too. A request that listens takes
 * the place of the one before it.
 *
 * <p>By hand:
 *
 * <pre>{@code
 * curl -N -H 'Accept: text/event-stream' localhost:8080/chat
 * curl -d hello 'localhost:8080/chat?id=…'
 * curl localhost:8080/chat
 * curl 'localhost:8080/chat?id=…&after=0'
 * curl -X DELETE 'localhost:8080/chat?id=…'
 * }</pre>
 *
 * <p>In a page an {@code EventSource} connects again by itself, and goes on where it was:
 *
 * <pre>{@code
 * const source = new EventSource("/chat");
 * let id;
 * source.addEventListener("id", event => id = event.data);
 * source.addEventListener("close", () => source.close());
 * source.onmessage = event => show(event.data);
 * const send = text => fetch("/chat?id=" + id, { method: "POST", body: text });
 * }</pre>
 *
 * <p>The id is as good as a password, so it belongs under TLS; logs leave it out, as they do all queries. A browser does not name the
 * page by {@code Origin} in a GET to the page's own host; an {@link dev.sprocket.http.OriginFilter} around it lets such a GET through,
 * with cookies if {@code Sec-Fetch-Site} or {@code Referer} names an allowed page.
 */
@NullMarked
package dev.sprocket.sse;

import org.jspecify.annotations.NullMarked;
