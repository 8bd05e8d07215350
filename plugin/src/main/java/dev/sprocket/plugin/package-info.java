/**
 * How parts join a server: found by ServiceLoader, put together by Guice.
 *
 * <p>Where to start reading: {@link dev.sprocket.plugin.Plugin} is what a jar offers, {@link
 * dev.sprocket.plugin.BridgeFactory} one thing that it may bring.
 */
@NullMarked
package dev.sprocket.plugin;

import org.jspecify.annotations.NullMarked;
