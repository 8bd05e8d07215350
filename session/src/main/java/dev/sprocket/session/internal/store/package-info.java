/** Helpers of session stores: atomic updates, ids, separate attributes. */
@NullMarked
package dev.sprocket.session.internal.store;

import org.jspecify.annotations.NullMarked;
