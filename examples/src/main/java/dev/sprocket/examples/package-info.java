/** The programs of the guide, each with a test that runs it. */
@NullMarked
package dev.sprocket.examples;

import org.jspecify.annotations.NullMarked;
