/** Benchmarks in nanoseconds, with JMH. */
@NullMarked
package dev.sprocket.bench.jmh;

import org.jspecify.annotations.NullMarked;
