/** Processes of the fault lab, and the network between them. */
@NullMarked
package dev.sprocket.faultlab.host;

import org.jspecify.annotations.NullMarked;
