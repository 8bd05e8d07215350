/** Workloads. */
@NullMarked
package dev.sprocket.bench.load;

import org.jspecify.annotations.NullMarked;
