/**
 * Session store in a relational database.
 *
 * <p>Start with {@link dev.sprocket.session.jdbc.JdbcSessionStore}, the store, and {@link
 * dev.sprocket.session.jdbc.JdbcSchema}, the tables of Symfony, Laravel and Spring. Internally, {@code
 * SingleTableSchema} and {@code SpringSchema} are these schemas, {@code SqlNames} validates and quotes names, and
 * {@code JdbcPool} is the connection pool of a store.
 */
@CheckReturnValue
@NullMarked
package dev.sprocket.session.jdbc;

import com.google.errorprone.annotations.CheckReturnValue;
import org.jspecify.annotations.NullMarked;
