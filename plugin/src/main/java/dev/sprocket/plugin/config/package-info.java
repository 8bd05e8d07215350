/** Options and settings of factories, and errors in configuration files. */
@NullMarked
package dev.sprocket.plugin.config;

import org.jspecify.annotations.NullMarked;
