/** Protection of loopback addresses against DNS rebinding. */
@NullMarked
package dev.sprocket.http.internal.loopback;

import org.jspecify.annotations.NullMarked;
