/**
 * Benchmarks of Sprocket and other servers; not deployed.
 *
 * <p>Start with {@link dev.sprocket.bench.Main}, the command line of {@code ./sprocket-bench}. {@code Server} lists the
 * servers, each a {@code Peer} in a separate process. {@code EchoLoad}, {@code FanoutLoad}, {@code RpcLoad},
 * {@code IdleLoad} and {@code ChurnLoad} generate the load, and {@code Comparison} measures the servers alternately.
 * Classes that end in {@code Benchmark} are JMH benchmarks.
 */
@NullMarked
package dev.sprocket.bench;

import org.jspecify.annotations.NullMarked;
