/** Session formats in JSON. */
@NullMarked
package dev.sprocket.session.json;

import org.jspecify.annotations.NullMarked;
