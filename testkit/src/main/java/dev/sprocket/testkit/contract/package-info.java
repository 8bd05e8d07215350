/** Contracts of components and layers, to extend in tests. */
@NullMarked
package dev.sprocket.testkit.contract;

import org.jspecify.annotations.NullMarked;
