/** Built-in JSON serializer, and conversion between serializations. */
@NullMarked
package dev.sprocket.wamp.internal.serializer;

import org.jspecify.annotations.NullMarked;
