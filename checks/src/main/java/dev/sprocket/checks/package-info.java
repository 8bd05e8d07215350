/** Nothing but tests: this module checks all the others together. */
@NullMarked
package dev.sprocket.checks;

import org.jspecify.annotations.NullMarked;
