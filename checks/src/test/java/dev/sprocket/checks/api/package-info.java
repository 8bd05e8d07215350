/** Public API of the published modules, as text. */
@NullMarked
package dev.sprocket.checks.api;

import org.jspecify.annotations.NullMarked;
