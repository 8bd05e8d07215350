/**
 * HTTP/1.1 as a layer: requests become connections that a component answers or upgrades.
 *
 * <p>Where to start reading: {@link dev.sprocket.http.HttpServer} is the layer, {@link dev.sprocket.http.HttpConnection}
 * what it hands on, {@link dev.sprocket.http.Router} how paths lead to components.
 */
@NullMarked
package dev.sprocket.http;

import org.jspecify.annotations.NullMarked;
