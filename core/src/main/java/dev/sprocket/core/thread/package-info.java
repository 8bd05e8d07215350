/** Decorators that run callbacks on other threads. */
@NullMarked
package dev.sprocket.core.thread;

import org.jspecify.annotations.NullMarked;
