/** Detection of session formats for error messages. */
@NullMarked
package dev.sprocket.session.internal.format;

import org.jspecify.annotations.NullMarked;
