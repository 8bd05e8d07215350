/** Fault lab: several nodes and Redis as processes, under faults. */
@NullMarked
package dev.sprocket.faultlab;

import org.jspecify.annotations.NullMarked;
