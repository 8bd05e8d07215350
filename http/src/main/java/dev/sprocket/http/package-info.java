/**
 * HTTP/1.1 as a layer: requests become connections that a component answers, streams to or upgrades.
 *
 * <p>Where to start reading: {@link dev.sprocket.http.HttpServer} is the layer, {@link dev.sprocket.http.HttpConnection}
 * what it hands on, {@link dev.sprocket.http.Router} how hosts and paths lead to components. {@link
 * dev.sprocket.http.StaticFiles} and {@link dev.sprocket.http.ClasspathFiles} serve files, {@link dev.sprocket.http.EventStream} events.
 * Decorators guard what is inside: {@link dev.sprocket.http.OriginFilter}, {@link dev.sprocket.http.Authenticator}, {@link
 * dev.sprocket.http.TrustedProxies}, {@link dev.sprocket.http.Cors}, and {@link dev.sprocket.http.AsyncFilter} for a question of
 * one's own. How a request comes about is in {@code RequestDecoder}, {@code RequestValidator} and {@code HttpHandler}; how its
 * answer leaves, in {@code HttpExchange}, {@code ResponseBody} and {@code ResponseWriter}.
 */
@NullMarked
package dev.sprocket.http;

import org.jspecify.annotations.NullMarked;
