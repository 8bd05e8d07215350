/** Replacement of a running stack without closing its connections. */
@NullMarked
package dev.sprocket.app.internal.reload;

import org.jspecify.annotations.NullMarked;
