/** Connections that consist of plain HTTP requests. */
@NullMarked
package dev.sprocket.comet;

import org.jspecify.annotations.NullMarked;
