/**
 * HTTP/1.1 and HTTP/2 layer: each request becomes a connection.
 *
 * <p>{@link dev.sprocket.http.HttpServer} is the layer, {@link dev.sprocket.http.HttpConnection} the connection type of
 * the components above it, and {@link dev.sprocket.http.route.Router} dispatches by host and path. {@link
 * dev.sprocket.http.files.StaticFiles} and {@link dev.sprocket.http.files.ClasspathFiles} serve files, {@link
 * dev.sprocket.http.sse.EventStream} serves Server-Sent Events.
 *
 * <p>Decorators protect the component inside: {@link dev.sprocket.http.origin.OriginFilter}, {@link
 * dev.sprocket.http.auth.Authenticator}, {@link dev.sprocket.http.proxy.TrustedProxies}, {@link dev.sprocket.http.origin.Cors}, and
 * {@link dev.sprocket.http.AsyncFilter} for custom checks. Requests are read by {@code RequestDecoder}, {@code
 * RequestValidator} and {@code HttpHandler}; responses are written by {@code HttpExchange}, {@code ResponseBody} and
 * {@code ResponseWriter}.
 */
@NullMarked
package dev.sprocket.http;

import org.jspecify.annotations.NullMarked;
