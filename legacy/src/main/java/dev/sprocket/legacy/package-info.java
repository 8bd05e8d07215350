/** Plugin with the protocols of old clients. */
@NullMarked
package dev.sprocket.legacy;

import org.jspecify.annotations.NullMarked;
