/** Codec for Spring sessions in Java serialization. */
@NullMarked
package dev.sprocket.session.spring;

import org.jspecify.annotations.NullMarked;
