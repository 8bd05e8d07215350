/** Access and delivery of topics and procedures, as a configuration says. */
@NullMarked
package dev.sprocket.config.internal.access;

import org.jspecify.annotations.NullMarked;
