/** Session formats and session files of PHP. */
@NullMarked
package dev.sprocket.session.php;

import org.jspecify.annotations.NullMarked;
