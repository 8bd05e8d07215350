package dev.sprocket.checks.keys;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/** Marks the test that verifies the visible effect of configuration keys. */
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.METHOD)
@interface Row {
    /** Returns the keys that the test covers; each key has one such test. */
    Key[] value();
}
