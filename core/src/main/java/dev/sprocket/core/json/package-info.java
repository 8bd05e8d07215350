/** JSON messages as Java objects. */
@NullMarked
package dev.sprocket.core.json;

import org.jspecify.annotations.NullMarked;
