package dev.sprocket.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
class FlashPolicyTest {
    @Test
    void any_message_is_answered_with_the_policy_a_nul_and_a_close() {
        try (Peer peer = new Peer(new FlashPolicy().allow("*.example.com", "80,8000-8010"))) {
            peer.says("<policy-file-request/>\0");

            assertThat(peer.hears())
                    .startsWith("<?xml version=\"1.0\"?>")
                    .contains("permitted-cross-domain-policies=\"all\"")
                    .contains("<allow-access-from domain=\"*.example.com\" to-ports=\"80,8000-8010\"/>")
                    .endsWith("</cross-domain-policy>\0");
            assertThat(peer.isConnected()).isFalse();
        }
    }

    @Test
    void without_rules_nobody_is_allowed() {
        assertThat(new FlashPolicy().policy())
                .contains("permitted-cross-domain-policies=\"none\"")
                .doesNotContain("allow-access-from");
    }

    @ParameterizedTest
    @CsvSource({"'a\"/><x', 80, domain", "example.com, 'http', ports", "'', 80, domain"})
    void what_is_no_domain_or_port_is_refused(String domain, String ports, String wrong) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new FlashPolicy().allow(domain, ports))
                .withMessageStartingWith(wrong + ": ");
    }
}
