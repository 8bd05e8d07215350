/**
 * Sessions that a site keeps in a database.
 *
 * <p>Where to start reading: {@link dev.sprocket.session.jdbc.JdbcSessionStore} is the store, {@link
 * dev.sprocket.session.jdbc.JdbcSchema} the tables of Symfony, Laravel and Spring. Inside, {@code SingleTableSchema} and {@code
 * SpringSchema} are these layouts, {@code Names} what tables and columns are called, {@code JdbcPool} connections for those
 * who have no {@code DataSource}.
 */
@NullMarked
package dev.sprocket.session.jdbc;

import org.jspecify.annotations.NullMarked;
