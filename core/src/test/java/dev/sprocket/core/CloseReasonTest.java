package dev.sprocket.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
class CloseReasonTest {
    @ParameterizedTest
    @EnumSource
    void rejection_has_the_type_of_its_kind(CloseReason.Rejection.Kind kind) {
        assertThat(new CloseReason.Rejection(kind, "no").type()).hasToString(kind.name());
    }

    @Test
    void reason_of_a_rejected_exception_is_its_rejection() {
        CloseReason.Rejection rejection = CloseReason.forbidden("not here");

        assertThat(CloseReason.of(new RejectedException(rejection))).isSameAs(rejection);
        assertThat(RejectedException.forbidden("not here"))
                .hasMessage("not here")
                .extracting(RejectedException::rejection)
                .isEqualTo(rejection);
    }

    @Test
    void reason_of_another_exception_is_a_failure_without_text() {
        IllegalStateException cause = new IllegalStateException("secret");
        CloseReason reason = CloseReason.of(cause);

        assertThat(reason).isEqualTo(new CloseReason.Failure(cause));
        assertThat(reason.type()).isEqualTo(CloseReason.Type.FAILURE);
        assertThat(reason.text()).isEmpty();
    }

    @Test
    void text_of_a_rejection_is_escaped_and_truncated() {
        assertThat(CloseReason.malformed("a\r\nb").text()).isEqualTo("a\\u000d\\u000ab");
        assertThat(CloseReason.malformed("x".repeat(300)).text())
                .startsWith("x".repeat(250))
                .endsWith("(300 characters)");
    }

    @ParameterizedTest
    @EnumSource(
            value = CloseReason.Type.class,
            names = {"MALFORMED", "UNSUPPORTED", "FORBIDDEN", "LIMIT_EXCEEDED", "FAILURE"})
    void notice_rejects_types_with_a_record(CloseReason.Type type) {
        assertThatThrownBy(() -> new CloseReason.Notice(type, ""))
                .hasMessage("type of notice: " + type + " (expected: Rejection or Failure)");
    }

    @Test
    void mark_is_visible_in_layers_above_until_detached() {
        TestConnection below = new TestConnection();
        TestConnection upper = new TestConnection(new Attributes(below.attributes()));
        assertThat(CloseReason.of(upper)).isEmpty();

        CloseReason.SHUTDOWN.mark(below);
        assertThat(CloseReason.of(below)).contains(CloseReason.SHUTDOWN);
        assertThat(CloseReason.of(upper)).contains(CloseReason.SHUTDOWN);

        CloseReason.detach(upper);
        assertThat(CloseReason.of(upper)).isEmpty();
        assertThat(CloseReason.of(below)).contains(CloseReason.SHUTDOWN);
    }

    @Test
    void connection_without_a_protocol_closes_for_any_reason() {
        TestConnection conn = new TestConnection();
        conn.close(CloseReason.limitExceeded("too much"));

        assertThat(conn.isOpen()).isFalse();
    }
}
