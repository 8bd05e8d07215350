/**
 * HTTP/1.1 and HTTP/2 layer: each request becomes a connection.
 *
 * <p>{@link dev.sprocket.http.HttpServer} is the layer, and {@link dev.sprocket.http.HttpConnection} the connection
 * type of the components above it. {@link dev.sprocket.http.route.Router} dispatches by host and path. Files are served
 * by {@code http.files}, Server-Sent Events by {@code http.sse}.
 *
 * <p>Decorators protect the component inside: {@link dev.sprocket.http.origin.OriginFilter}, {@link
 * dev.sprocket.http.auth.Authenticator}, {@link dev.sprocket.http.proxy.TrustedProxies}, {@link
 * dev.sprocket.http.origin.Cors}, and {@link dev.sprocket.http.AsyncFilter} for custom checks.
 *
 * <p>{@code HttpHandler} drives the requests of a connection. It knows {@code HttpExchange}, the state of one request,
 * which knows {@code ExchangeResponse}, which knows {@code ResponseWriter}, the response on the wire; none knows the
 * one before it.
 */
@CheckReturnValue
@NullMarked
package dev.sprocket.http;

import com.google.errorprone.annotations.CheckReturnValue;
import org.jspecify.annotations.NullMarked;
