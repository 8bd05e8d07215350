/** Leak detection, in-memory connections and interruptible busy-waiting for tests. */
@NullMarked
package dev.sprocket.leaktest;

import org.jspecify.annotations.NullMarked;
