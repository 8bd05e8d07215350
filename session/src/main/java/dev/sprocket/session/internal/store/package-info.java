/** Atomic updates, ids and attributes of session stores. */
@NullMarked
package dev.sprocket.session.internal.store;

import org.jspecify.annotations.NullMarked;
