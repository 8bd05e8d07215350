package dev.sprocket.comet;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import dev.sprocket.core.Message;
import dev.sprocket.core.flow.OutboundLimit;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Test;

@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
class CometOutboxTest {
    private final List<Message> dropped = new ArrayList<>();

    private CometOutbox outbox(OutboundLimit.Overflow overflow) {
        return new CometOutbox(new OutboundLimit(2 * (CometOutbox.OVERHEAD + 1), overflow));
    }

    @CanIgnoreReturnValue
    private CometOutbox.OfferResult offer(CometOutbox outbox, String text) {
        return outbox.offer(Message.text(text), dropped);
    }

    private static String taken(CometOutbox outbox) {
        StringBuilder all = new StringBuilder();
        outbox.takeAll()
                .forEach(entry ->
                        all.append(entry.number).append(entry.message.text()).append(' '));
        return all.toString().trim();
    }

    @Test
    void messages_are_numbered_when_sent() {
        CometOutbox outbox = outbox(OutboundLimit.Overflow.CLOSE);
        offer(outbox, "a");
        assertThat(outbox.last()).isZero();
        assertThat(taken(outbox)).isEqualTo("1a");
        assertThat(outbox.last()).isEqualTo(1);
        offer(outbox, "b");
        offer(outbox, "c");
        assertThat(taken(outbox)).isEqualTo("2b 3c");
    }

    @Test
    void unacknowledged_messages_keep_their_numbers() {
        CometOutbox outbox = outbox(OutboundLimit.Overflow.CLOSE);
        offer(outbox, "a");
        offer(outbox, "b");
        outbox.takeAll();
        offer(outbox, "c");
        outbox.resume(1);
        assertThat(taken(outbox)).isEqualTo("2b 3c");
        assertThat(outbox.canResume(0)).isFalse();
        assertThat(outbox.canResume(1)).isTrue();
        assertThat(outbox.canResume(3)).isTrue();
        assertThat(outbox.canResume(4)).isFalse();
        assertThat(outbox.canResume(-1)).isFalse();
    }

    @Test
    void cannot_resume_before_discarded_messages() {
        CometOutbox outbox = outbox(OutboundLimit.Overflow.CLOSE);
        offer(outbox, "a");
        offer(outbox, "b");
        outbox.takeAll();
        outbox.discardSent(CometOutbox.OVERHEAD + 1);
        assertThat(outbox.canResume(0)).isFalse();
        assertThat(outbox.canResume(1)).isTrue();
    }

    @Test
    void overflow_policy_applies_beyond_the_limit() {
        CometOutbox closes = outbox(OutboundLimit.Overflow.CLOSE);
        offer(closes, "a");
        offer(closes, "b");
        assertThat(offer(closes, "c")).isEqualTo(CometOutbox.OfferResult.OVERFLOW);
        CometOutbox newest = outbox(OutboundLimit.Overflow.DROP_NEWEST);
        offer(newest, "a");
        offer(newest, "b");
        assertThat(offer(newest, "c")).isEqualTo(CometOutbox.OfferResult.DROPPED);
        assertThat(taken(newest)).isEqualTo("1a 2b");
        for (OutboundLimit.Overflow policy :
                List.of(OutboundLimit.Overflow.DROP_OLDEST, OutboundLimit.Overflow.CONFLATE)) {
            CometOutbox oldest = outbox(policy);
            offer(oldest, "a");
            offer(oldest, "b");
            assertThat(offer(oldest, "c")).isEqualTo(CometOutbox.OfferResult.ACCEPTED);
            assertThat(taken(oldest)).isEqualTo("1b 2c");
        }
        assertThat(dropped).extracting(Message::text).containsExactly("c", "a", "a");
    }

    @Test
    void single_message_of_any_size_is_accepted() {
        for (OutboundLimit.Overflow policy : OutboundLimit.Overflow.values()) {
            assertThat(offer(outbox(policy), "x".repeat(10_000))).isEqualTo(CometOutbox.OfferResult.ACCEPTED);
        }
    }
}
