/** Escaping and validation of text from peers and parsers. */
@NullMarked
package dev.sprocket.core.internal.text;

import org.jspecify.annotations.NullMarked;
