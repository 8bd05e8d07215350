/** Text diagrams of stacks. */
@NullMarked
package dev.sprocket.plugin.internal.diagram;

import org.jspecify.annotations.NullMarked;
