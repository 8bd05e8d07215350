/** Procedures and topics as annotated methods. */
@NullMarked
package dev.sprocket.wamp.annotation;

import org.jspecify.annotations.NullMarked;
