/** Session store in the memory of this process. */
@NullMarked
package dev.sprocket.session.memory;

import org.jspecify.annotations.NullMarked;
