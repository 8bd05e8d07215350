/** Counters of session stores. */
@NullMarked
package dev.sprocket.session.internal.metrics;

import org.jspecify.annotations.NullMarked;
