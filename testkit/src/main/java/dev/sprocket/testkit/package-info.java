/**
 * Test clients and contracts for tests without a network.
 *
 * <p>Entry points: {@link dev.sprocket.testkit.WsPeer}, {@link dev.sprocket.testkit.WampPeer} and {@link
 * dev.sprocket.testkit.HttpPeer} are in-memory clients with assertions; {@link dev.sprocket.testkit.VirtualClock} is
 * their time. {@link dev.sprocket.testkit.AccessAssertions} asks an access policy. {@link
 * dev.sprocket.testkit.MemoryConnection} tests callbacks without a server. Tests of custom layers and decorators extend
 * {@link dev.sprocket.testkit.contract.LayerContract} and {@link dev.sprocket.testkit.contract.ComponentContract}.
 * Everything runs on the test's thread, and time stands still until the test advances it.
 */
@CheckReturnValue
@NullMarked
package dev.sprocket.testkit;

import com.google.errorprone.annotations.CheckReturnValue;
import org.jspecify.annotations.NullMarked;
