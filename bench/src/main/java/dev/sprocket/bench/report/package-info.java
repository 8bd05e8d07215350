/** Comparison of servers and its tables. */
@NullMarked
package dev.sprocket.bench.report;

import org.jspecify.annotations.NullMarked;
