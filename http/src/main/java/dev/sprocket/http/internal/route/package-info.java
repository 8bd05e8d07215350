/** Path patterns, route tree and host map of the router. */
@NullMarked
package dev.sprocket.http.internal.route;

import org.jspecify.annotations.NullMarked;
