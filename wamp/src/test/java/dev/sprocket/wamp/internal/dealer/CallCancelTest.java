package dev.sprocket.wamp.internal.dealer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.mockito.ArgumentMatchers.any;
import static org.mockito.ArgumentMatchers.eq;
import static org.mockito.Mockito.mock;
import static org.mockito.Mockito.verify;
import static org.mockito.Mockito.when;

import dev.sprocket.leaktest.SpinWait;
import dev.sprocket.wamp.internal.message.CallArguments;
import dev.sprocket.wamp.internal.message.V2Message;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Test;

@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
final class CallCancelTest {
    private final PendingCall.Reply reply = mock(PendingCall.Reply.class);
    private final PendingCall call = new PendingCall(mock(Caller.class), "com.slow", List.of(), 0, reply);

    @Test
    void cancel_error_precedes_error_of_interrupted_callee() {
        when(reply.error(any(), any())).thenReturn(true);
        List<String> modes = new ArrayList<>();
        call.execution(new PendingCall.Execution() {
            @Override
            public void cancel(String mode) {
                modes.add(mode);
                call.error("wamp.error.canceled", CallArguments.EMPTY);
            }

            @Override
            public boolean respondsAfterCancel(String mode) {
                return false;
            }

            @Override
            public void continueWith(CallArguments arguments, boolean progress) {}
        });

        call.cancel("killnowait", "wamp.error.timeout");

        verify(reply).error(eq("wamp.error.timeout"), any());
        assertThat(modes).containsExactly("killnowait");
    }

    @Test
    void no_progress_follows_final_result() throws Exception {
        List<String> sent = new CopyOnWriteArrayList<>();
        PendingCall progressing = new PendingCall(
                mock(Caller.class),
                new V2Message.Call(1, Map.of(), "com.slow", CallArguments.EMPTY),
                new CallOptions(false, true, false, 0),
                reply);
        Thread canceler = new Thread(() -> progressing.cancel("skip", "wamp.error.canceled"));
        when(reply.error(any(), any())).then(called -> sent.add("error"));
        when(reply.result(any(CallArguments.class), eq(true))).then(called -> {
            canceler.start();
            while (canceler.getState() != Thread.State.BLOCKED && canceler.getState() != Thread.State.TERMINATED) {
                SpinWait.once();
            }
            return sent.add("part");
        });

        progressing.result(CallArguments.EMPTY, true);
        canceler.join();

        assertThat(sent).containsExactly("part", "error");
    }
}
