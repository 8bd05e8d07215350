/** JSON scanner with exact positions and numbers. */
@NullMarked
package dev.sprocket.core.internal.json;

import org.jspecify.annotations.NullMarked;
