/** Keys of configuration files, their sources and their reference. */
@NullMarked
package dev.sprocket.config.internal.schema;

import org.jspecify.annotations.NullMarked;
