/** Sample programs of the guides, each run by a test. */
@CheckReturnValue
@NullMarked
package dev.sprocket.examples;

import com.google.errorprone.annotations.CheckReturnValue;
import org.jspecify.annotations.NullMarked;
