/** Makes a test run fail when Netty reports a leaked resource. */
@NullMarked
package dev.sprocket.leaktest;

import org.jspecify.annotations.NullMarked;
