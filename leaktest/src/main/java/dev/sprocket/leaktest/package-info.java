/** Makes a test run fail when Netty reports a leaked resource; and has the client's end of a connection without a socket. */
@NullMarked
package dev.sprocket.leaktest;

import org.jspecify.annotations.NullMarked;
