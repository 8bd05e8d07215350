/** Load-generating client connections. */
@NullMarked
package dev.sprocket.bench.client;

import org.jspecify.annotations.NullMarked;
