/**
 * Connections that consist of plain HTTP requests, for clients that cannot use WebSocket.
 *
 * <p>{@link dev.sprocket.comet.CometServer} makes bidirectional connections, for any component. It is used as the
 * component of a route.
 *
 * <h2>Protocol of CometServer</h2>
 *
 * <p>A client receives by GET and sends by POST, with the same path. Both ways to receive, stream and poll, return the
 * id of the connection and the numbers of messages, starting with 1. A client that reconnects sends them to resume.
 *
 * <pre>{@code
 * GET /chat, Accept: text/event-stream      opens a connection and receives a stream of events
 * GET /chat                                 opens a connection and polls
 * GET /chat?id=…&after=3                    resumes after message 3; or the header Last-Event-ID: id.3
 * POST /chat?id=…                           sends the body as a message; 204 if it was accepted
 * POST /chat?id=…&n=1                       sends a numbered message; duplicates are ignored, a gap is 409
 * DELETE /chat?id=…                         closes the connection
 * }</pre>
 *
 * <p>A body is UTF-8 text, unless its Content-Type is {@code application/octet-stream}. An unknown or expired id is
 * answered with 404, a too large message with 413, too many connections with 503.
 *
 * <p>In a <b>stream</b>, the first event has the type {@code id}, and the id as data. A message is an event without
 * type. It has the type {@code json} and is a JSON string if it is text with CR, which events cannot contain. It has
 * the type {@code binary} and is Base64 if it is binary. When the connection ends, an event of the type {@code close}
 * is sent; its data is a short reason.
 *
 * <p>A <b>poll</b> is answered when a message is available, or after 20 seconds, with <code>{"id":"…","last":3,
 * "messages":["a",{"binary":"AAEC"}]}</code>, and {@code "closed":"…"} when the connection has ended. The next poll
 * requests messages {@code after} the value of {@code last}, which acknowledges all earlier ones.
 *
 * <p>Messages of a poll are kept until the next poll; of a stream, the last 64 KiB are kept. If a client requests
 * messages that have been discarded, the connection is closed, so that there is never a gap. It is also closed if no
 * client listens for 30 seconds. A new stream or poll replaces the previous one.
 *
 * <p>From a shell:
 *
 * <pre>{@code
 * curl -N -H 'Accept: text/event-stream' localhost:8080/chat
 * curl -d hello 'localhost:8080/chat?id=…'
 * curl localhost:8080/chat
 * curl 'localhost:8080/chat?id=…&after=0'
 * curl -X DELETE 'localhost:8080/chat?id=…'
 * }</pre>
 *
 * <p>In a page, an {@code EventSource} reconnects automatically, and resumes:
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
 * <p>The id is a credential, so use TLS. Logs omit it, like all queries. Browsers send no {@code Origin} in a GET to
 * the host of the page. An {@link dev.sprocket.http.origin.OriginFilter} admits such a GET, and with cookies if {@code
 * Sec-Fetch-Site} or {@code Referer} names an allowed page.
 */
@CheckReturnValue
@NullMarked
package dev.sprocket.comet;

import com.google.errorprone.annotations.CheckReturnValue;
import org.jspecify.annotations.NullMarked;
