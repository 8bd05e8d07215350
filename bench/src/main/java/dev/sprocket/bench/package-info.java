/**
 * Measures Sprocket, and others beside it; nothing here is deployed.
 *
 * <p>Where to start reading: {@link dev.sprocket.bench.Main} is the command line of {@code ./sprocket-bench}. {@code Server}
 * lists what can be measured, each a {@code Peer} in a process of its own; {@code EchoLoad}, {@code FanoutLoad}, {@code
 * IdleLoad} and {@code ChurnLoad} are what is done to them, {@code Rounds} takes turns. Classes that end in {@code
 * Benchmark} are JMH's.
 */
@NullMarked
package dev.sprocket.bench;

import org.jspecify.annotations.NullMarked;
