/** Discovery of plugins, registered factories and cached services. */
@NullMarked
package dev.sprocket.plugin.internal.registry;

import org.jspecify.annotations.NullMarked;
