/** Policy file for pages with Flash. */
@NullMarked
package dev.sprocket.legacy.flash;

import org.jspecify.annotations.NullMarked;
