/** Commands of the benchmark program. */
@NullMarked
package dev.sprocket.bench.command;

import org.jspecify.annotations.NullMarked;
