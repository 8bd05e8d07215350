/** The bridge for backends that can POST: {@link dev.sprocket.bridge.http.HttpPush}. */
@NullMarked
package dev.sprocket.bridge.http;

import org.jspecify.annotations.NullMarked;
