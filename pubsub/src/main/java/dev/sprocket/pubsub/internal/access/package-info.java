/** Enforcement of access policies. */
@NullMarked
package dev.sprocket.pubsub.internal.access;

import org.jspecify.annotations.NullMarked;
