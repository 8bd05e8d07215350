/**
 * How parts join a server: found by ServiceLoader, put together by Guice, or by name from a configuration.
 *
 * <p>Where to start reading: {@link dev.sprocket.plugin.Plugin} is what a jar offers; {@link
 * dev.sprocket.plugin.LayerFactory}, {@link dev.sprocket.plugin.ComponentFactory} and {@link
 * dev.sprocket.plugin.BridgeFactory} are what it may bring, each with its {@link dev.sprocket.plugin.Option}s; {@link
 * dev.sprocket.plugin.StackType} says what fits into what. {@link dev.sprocket.plugin.Stack} is for those who write Java.
 */
@NullMarked
package dev.sprocket.plugin;

import org.jspecify.annotations.NullMarked;
