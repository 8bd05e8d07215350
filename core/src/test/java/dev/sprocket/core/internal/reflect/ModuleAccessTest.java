package dev.sprocket.core.internal.reflect;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.reflect.InaccessibleObjectException;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Test;

/** Tests missing directives, with modules of the JDK in place of an application. */
@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
final class ModuleAccessTest {
    private static final Module OWN = ModuleAccessTest.class.getModule();
    private static final Module LOGGING =
            ModuleLayer.boot().findModule("java.logging").orElseThrow();

    @Test
    void packages_of_the_class_path_are_open() {
        assertThat(ModuleAccess.missingOpens(ModuleAccessTest.class, LOGGING, OWN))
                .isEmpty();
    }

    @Test
    void names_the_directive_for_named_readers() {
        assertThat(ModuleAccess.missingOpens(String.class, LOGGING))
                .contains("in module-info.java of java.base: opens java.lang to java.logging;");
    }

    @Test
    void directive_without_targets_for_readers_on_the_class_path() {
        assertThat(ModuleAccess.missingOpens(
                        java.util.logging.Level.class, String.class.getModule(), ClassLoader.class.getModule()))
                .contains("in module-info.java of java.logging: opens java.util.logging to java.base;");
        assertThat(ModuleAccess.missingOpens(LOGGING, "java.util.logging", LOGGING, OWN))
                .contains("in module-info.java of java.logging: opens java.util.logging;");
    }

    @Test
    void finds_the_package_in_a_failure() {
        Exception failure = new IllegalStateException(new InaccessibleObjectException(
                "Unable to make field private int x accessible: module jdk.unsupported does not \"opens sun.misc\" to"
                        + " unnamed module @1b2c3d"));

        assertThat(ModuleAccess.missingOpens(failure, LOGGING)).hasValueSatisfying(missing -> assertThat(missing)
                .startsWith("in module-info.java of jdk.unsupported: opens sun.misc")
                .contains("java.logging"));
    }

    @Test
    void other_failures_have_no_directive() {
        assertThat(ModuleAccess.missingOpens(new IllegalStateException("does not \"opens a.b\" to c"), LOGGING))
                .isEmpty();
    }

    /** A library cannot ask for a change of the JDK. */
    @Test
    void types_of_the_jdk_have_no_directive() {
        Exception failure = new InaccessibleObjectException(
                "Unable to make field: module java.base does not \"opens java.time\" to unnamed module @1b2c3d");

        assertThat(ModuleAccess.missingOpens(failure, LOGGING)).isEmpty();
    }
}
