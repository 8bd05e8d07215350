/** Escaping and validation of text from peers and parsers. */
@CheckReturnValue
@NullMarked
package dev.sprocket.core.internal.text;

import com.google.errorprone.annotations.CheckReturnValue;
import org.jspecify.annotations.NullMarked;
