package dev.sprocket.legacy.flash;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.sprocket.testkit.MemorySocket;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
class FlashPolicyTest {
    @Test
    void answers_with_policy_and_nul_then_closes() {
        MemorySocket socket = MemorySocket.to(new FlashPolicy().allow("*.example.com", "80,8000-8010"));
        socket.write("<policy-file-request/>\0");

        assertThat(socket.readText())
                .startsWith("<?xml version=\"1.0\"?>")
                .contains("permitted-cross-domain-policies=\"all\"")
                .contains("<allow-access-from domain=\"*.example.com\" to-ports=\"80,8000-8010\"/>")
                .endsWith("</cross-domain-policy>\0");
        assertThat(socket.isOpen()).isFalse();
    }

    @Test
    void no_domain_is_allowed_without_rules() {
        assertThat(new FlashPolicy().policy())
                .contains("permitted-cross-domain-policies=\"none\"")
                .doesNotContain("allow-access-from");
    }

    @ParameterizedTest
    @CsvSource({"'a\"/><x', 80, domain", "example.com, 'http', ports", "'', 80, domain"})
    void rejects_invalid_domain_or_port(String domain, String ports, String invalidName) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new FlashPolicy().allow(domain, ports))
                .withMessageStartingWith(invalidName + ": ");
    }
}
