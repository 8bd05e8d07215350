package dev.sprocket.core;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * Marks components whose callbacks may run concurrently for different connections.
 *
 * <p>{@code App.route} runs an application on a single thread unless its class has this annotation. Stacks of nested
 * constructors are never restricted to one thread.
 */
@Documented
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.TYPE)
public @interface ConcurrentComponent {}
