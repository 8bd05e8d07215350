/** Text diagrams of stacks. */
@NullMarked
package dev.sprocket.config.internal.diagram;

import org.jspecify.annotations.NullMarked;
