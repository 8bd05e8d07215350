/**
 * The short way to a server: {@link dev.sprocket.app.App} wraps an application in the layers that it needs.
 */
@NullMarked
package dev.sprocket.app;

import org.jspecify.annotations.NullMarked;
