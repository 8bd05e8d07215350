/** Dispatch of requests to components by host, path and method. */
@NullMarked
package dev.sprocket.http.route;

import org.jspecify.annotations.NullMarked;
