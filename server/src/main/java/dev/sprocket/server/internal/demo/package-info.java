/** Demo application of the stand-alone server. */
@NullMarked
package dev.sprocket.server.internal.demo;

import org.jspecify.annotations.NullMarked;
