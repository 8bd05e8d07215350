/** Servers to compare with, and the processes that run them. */
@NullMarked
package dev.sprocket.bench.peer;

import org.jspecify.annotations.NullMarked;
