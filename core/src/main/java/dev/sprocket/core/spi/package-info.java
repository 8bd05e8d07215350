/**
 * What a protocol layer is built from.
 *
 * <p>Where to start reading: {@link dev.sprocket.core.spi.PipelineContext} is a layer's piece of the pipeline, {@link
 * dev.sprocket.core.spi.ComponentInvoker} calls the component above it and keeps the laws, {@link
 * dev.sprocket.core.spi.StackedConnection} is the connection that it hands on, {@link dev.sprocket.core.spi.MessageEncoder} what
 * makes connections share bytes.
 */
@NullMarked
package dev.sprocket.core.spi;

import org.jspecify.annotations.NullMarked;
