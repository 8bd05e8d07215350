/** Protocols of text lines and other delimited texts. */
@NullMarked
package dev.sprocket.core.text;

import org.jspecify.annotations.NullMarked;
