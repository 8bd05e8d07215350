package dev.sprocket.core.internal.net;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
final class LoopbackOnlyTest {
    @ParameterizedTest
    @ValueSource(strings = {"127.0.0.1", "127.9.9.9", "::1", "localhost", "no-such-host.invalid"})
    void loopback_address_requires_no_secret(String host) {
        assertThatCode(() -> LoopbackOnly.check("bridge x", host, false, "secret"))
                .doesNotThrowAnyException();
    }

    @ParameterizedTest
    @ValueSource(strings = {"0.0.0.0", "::", "192.0.2.1"})
    void other_address_error_names_the_remedy(String host) {
        assertThatIllegalStateException()
                .isThrownBy(() -> LoopbackOnly.check("bridge x", host, false, "secret"))
                .withMessage("bridge x: host " + host + " accepts unauthenticated messages from other machines"
                        + " (expected: secret, or a loopback address such as 127.0.0.1)");
    }

    @Test
    void any_address_is_allowed_with_a_secret() {
        assertThatCode(() -> LoopbackOnly.check("bridge x", "0.0.0.0", true, "secret"))
                .doesNotThrowAnyException();
    }
}
