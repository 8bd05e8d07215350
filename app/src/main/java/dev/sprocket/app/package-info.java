/**
 * Ready-made ways to a server: {@link dev.sprocket.app.App} wraps an application in the layers that it needs, {@link
 * dev.sprocket.app.ConfiguredServer} puts one together from a file, {@link dev.sprocket.app.Layers} has the layers for
 * {@code Stack}.
 *
 * <p>Inside, {@code Layout} is what a file may say, {@code Listener} one server socket with its stack, {@code StackBuilder}
 * what checks that parts fit; {@code CorePlugin}, {@code HttpPlugin} and {@code WampPlugin} are Sprocket's own parts.
 */
@NullMarked
package dev.sprocket.app;

import org.jspecify.annotations.NullMarked;
