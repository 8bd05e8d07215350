/** JSON scanner with exact positions and numbers. */
@CheckReturnValue
@NullMarked
package dev.sprocket.core.internal.json;

import com.google.errorprone.annotations.CheckReturnValue;
import org.jspecify.annotations.NullMarked;
