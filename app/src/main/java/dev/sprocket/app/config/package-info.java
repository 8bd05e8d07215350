/** Servers that are built from a configuration file. */
@NullMarked
package dev.sprocket.app.config;

import org.jspecify.annotations.NullMarked;
