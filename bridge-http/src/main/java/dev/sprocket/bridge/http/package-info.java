/**
 * The bridge for backends that speak HTTP.
 *
 * <p>Where to start reading: {@link dev.sprocket.bridge.http.HttpPush} answers requests on any router, {@link
 * dev.sprocket.bridge.http.HttpBridge} serves it on a port of its own, {@link dev.sprocket.bridge.http.Backend} is
 * somebody who may push.
 */
@NullMarked
package dev.sprocket.bridge.http;

import org.jspecify.annotations.NullMarked;
