/** Leak detection and in-memory connections for tests. */
@NullMarked
package dev.sprocket.leaktest;

import org.jspecify.annotations.NullMarked;
