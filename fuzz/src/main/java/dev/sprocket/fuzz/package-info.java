/**
 * Fuzz targets for all parsers of untrusted input.
 *
 * <p>Untrusted bytes may affect only their own connection, and all responses are well-formed. Each class
 * {@code …Target} is a target for Jazzer; {@code Target} contains the checks that all targets share. {@code FuzzTest}
 * runs each target for a fixed number of runs; for longer runs see CONTRIBUTING.
 */
@NullMarked
package dev.sprocket.fuzz;

import org.jspecify.annotations.NullMarked;
