/** Publishers and observers of the fault lab. */
@NullMarked
package dev.sprocket.faultlab.client;

import org.jspecify.annotations.NullMarked;
