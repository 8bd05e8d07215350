package dev.sprocket.wamp.internal.dealer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.mockito.ArgumentMatchers.any;
import static org.mockito.Mockito.mock;
import static org.mockito.Mockito.never;
import static org.mockito.Mockito.verify;
import static org.mockito.Mockito.when;

import dev.sprocket.wamp.internal.message.CallArguments;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Test;

@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
final class PendingCallsTest {
    private final PendingCall.Reply reply = mock(PendingCall.Reply.class);
    private final PendingCalls pending = new PendingCalls();

    private PendingCall call() {
        return new PendingCall(mock(Caller.class), "com.slow", List.of(), 0, reply);
    }

    @Test
    void answered_call_is_removed() {
        when(reply.result(any(), any(Boolean.class))).thenReturn(true);
        PendingCall call = call();
        pending.add(7L, call);
        assertThat(pending.find(7L)).isSameAs(call);

        call.result("done");

        assertThat(pending.find(7L)).isNull();
    }

    @Test
    void call_that_is_already_done_is_not_kept() {
        PendingCall call = call();
        call.result("done");

        pending.add(7L, call);

        assertThat(pending.find(7L)).isNull();
    }

    @Test
    void earlier_call_keeps_later_one_with_its_id() {
        PendingCall first = call();
        PendingCall second = call();
        pending.add(7L, first);
        pending.add(7L, second);

        first.result("done");

        assertThat(pending.find(7L)).isSameAs(second);
    }

    @Test
    void abandoned_calls_are_canceled_without_an_answer() {
        List<String> canceled = new ArrayList<>();
        PendingCall first = call();
        PendingCall second = call();
        for (PendingCall call : List.of(first, second)) {
            pending.add(call, call);
            call.execution(new PendingCall.Execution() {
                @Override
                public void cancel(String mode) {
                    canceled.add(mode);
                }

                @Override
                public boolean respondsAfterCancel(String mode) {
                    return true;
                }

                @Override
                public void continueWith(CallArguments arguments, boolean progress) {}
            });
        }

        pending.abandon();

        assertThat(canceled).containsExactly("killnowait", "killnowait");
        assertThat(first.isDone()).isTrue();
        assertThat(pending.find(first)).isNull();
        assertThat(second.result("late")).isFalse();
        verify(reply, never()).result(any(), any(Boolean.class));
    }
}
