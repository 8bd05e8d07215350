package dev.sprocket.plugin;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
class LoopbackTest {
    @ParameterizedTest
    @ValueSource(strings = {"127.0.0.1", "127.1.2.3", "::1", "localhost"})
    void a_bridge_without_a_secret_may_listen_on_this_machine(String host) {
        assertThatCode(() -> BridgeFactory.requireLoopback("tcp", host)).doesNotThrowAnyException();
    }

    @ParameterizedTest
    @ValueSource(strings = {"0.0.0.0", "::", "192.0.2.1", "no-such-host.invalid"})
    void but_nowhere_else(String host) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> BridgeFactory.requireLoopback("tcp", host))
                .withMessage("bridge tcp: host " + host
                        + " (expected: a loopback address such as 127.0.0.1, for the bridge has no secret)");
    }
}
