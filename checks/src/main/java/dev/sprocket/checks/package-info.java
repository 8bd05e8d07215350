/** Contains only tests across all modules. */
@NullMarked
package dev.sprocket.checks;

import org.jspecify.annotations.NullMarked;
