/** Addresses of endpoints, and recognition of foreign protocols. */
@NullMarked
package dev.sprocket.core.internal.net;

import org.jspecify.annotations.NullMarked;
