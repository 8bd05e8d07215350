/** Protection from pages of other origins, and CORS. */
@NullMarked
package dev.sprocket.http.origin;

import org.jspecify.annotations.NullMarked;
