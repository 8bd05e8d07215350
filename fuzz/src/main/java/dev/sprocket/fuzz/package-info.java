/**
 * Fuzz targets: whatever bytes a stranger sends, nothing but that connection may suffer, and what it is answered is
 * well-formed. Each class is a target for Jazzer; {@code Target} says what all of them check. {@code FuzzTest} runs each for
 * a fixed count; for longer runs see CONTRIBUTING.
 */
@NullMarked
package dev.sprocket.fuzz;

import org.jspecify.annotations.NullMarked;
