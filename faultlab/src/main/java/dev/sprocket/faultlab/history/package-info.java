/** History of a run of the fault lab, and its checker. */
@NullMarked
package dev.sprocket.faultlab.history;

import org.jspecify.annotations.NullMarked;
