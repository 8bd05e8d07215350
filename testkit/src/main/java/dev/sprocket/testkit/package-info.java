/**
 * Tests without a network: peers that live in memory, and the contract that every layer keeps.
 *
 * <p>Where to start reading: {@link dev.sprocket.testkit.WsPeer}, {@link dev.sprocket.testkit.WampPeer} and {@link
 * dev.sprocket.testkit.HttpPeer} are clients in one line, whose assertions read like sentences; {@link
 * dev.sprocket.testkit.VirtualClock} is their time. {@link dev.sprocket.testkit.MemoryConnection} is for callbacks alone. {@link
 * dev.sprocket.testkit.LayerContract} and {@link dev.sprocket.testkit.ComponentContract} are what the test of a layer or a decorator of
 * your own extends. All work is done on the test's thread, and time stands still until the test moves it.
 */
@NullMarked
package dev.sprocket.testkit;

import org.jspecify.annotations.NullMarked;
