package dev.sprocket.core.io;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import java.util.Map;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Test;

/** Tests the check of Netty's versions; {@code checks} tests a project with mixed versions. */
@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
class NettyVersionsTest {
    @Test
    void netty_of_this_build_is_accepted() {
        assertThatCode(NettyVersions::check).doesNotThrowAnyException();
    }

    @Test
    void netty_4_1_error_names_the_modules() {
        assertThat(NettyVersions.mismatch(Map.of("netty-common", "4.1.128.Final", "netty-buffer", "4.1.128.Final")))
                .get()
                .asString()
                .startsWith("Netty on the class path: {4.1.128.Final=[netty-buffer, netty-common]} (expected: 4.2.x");
    }

    @Test
    void mixed_versions_error_names_only_differing_modules() {
        assertThat(NettyVersions.mismatch(Map.of(
                        "netty-common",
                        "4.2.18.Final",
                        "netty-codec",
                        "4.1.101.Final",
                        "netty-handler",
                        "5.0.0.Alpha1")))
                .get()
                .asString()
                .contains("{4.1.101.Final=[netty-codec], 5.0.0.Alpha1=[netty-handler]}")
                .doesNotContain("netty-common");
    }

    @Test
    void other_patch_levels_and_tcnative_are_accepted() {
        assertThat(NettyVersions.mismatch(Map.of(
                        "netty-common", "4.2.18.Final",
                        "netty-handler", "4.2.13.Final",
                        "netty-tcnative-classes", "2.0.84.Final")))
                .isEmpty();
    }
}
