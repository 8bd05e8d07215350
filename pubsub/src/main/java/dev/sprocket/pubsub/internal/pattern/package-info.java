/** Lookup of all patterns that match a name, and topic patterns of permissions. */
@NullMarked
package dev.sprocket.pubsub.internal.pattern;

import org.jspecify.annotations.NullMarked;
