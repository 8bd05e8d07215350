/**
 * Plugins: factories of layers, components, bridges and services, found by ServiceLoader.
 *
 * <p>Where to start: a jar implements {@link dev.sprocket.plugin.Plugin}, which binds {@link
 * dev.sprocket.plugin.LayerFactory}, {@link dev.sprocket.plugin.ComponentFactory}, {@link
 * dev.sprocket.plugin.BridgeFactory} and {@link dev.sprocket.plugin.ServiceFactory}, each with its {@link
 * dev.sprocket.plugin.config.Option}s; {@link dev.sprocket.plugin.Factory#named} builds most of them in one expression.
 * {@link dev.sprocket.plugin.StackType} describes which layers fit into each other. {@code
 * Stack} of the module config builds a stack in Java with Guice.
 */
@CheckReturnValue
@NullMarked
package dev.sprocket.plugin;

import com.google.errorprone.annotations.CheckReturnValue;
import org.jspecify.annotations.NullMarked;
