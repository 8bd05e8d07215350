/** Component of a node for observers without WAMP. */
@NullMarked
package dev.sprocket.faultlab.internal.plugin;

import org.jspecify.annotations.NullMarked;
