/** Lookup of all patterns that match a name. */
@NullMarked
package dev.sprocket.pubsub.internal.pattern;

import org.jspecify.annotations.NullMarked;
