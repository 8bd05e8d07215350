/** Static files from disk and class path. */
@NullMarked
package dev.sprocket.http.files;

import org.jspecify.annotations.NullMarked;
