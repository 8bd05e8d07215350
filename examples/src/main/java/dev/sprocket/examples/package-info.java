/** Sample programs of the guides, each run by a test. */
@NullMarked
package dev.sprocket.examples;

import org.jspecify.annotations.NullMarked;
