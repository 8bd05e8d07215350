package dev.sprocket.wamp.internal.dealer;

import com.google.errorprone.annotations.ThreadSafe;
import dev.sprocket.wamp.internal.message.CallArguments;
import dev.sprocket.wamp.internal.message.V2Message;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;

/** Invocation of a procedure at a WAMP v2 client. */
@ThreadSafe
final class Invocation implements PendingCall.Execution {
    private final Callee callee;
    private final long id;
    private final long registration;
    private final PendingCall call;
    private final Map<String, ?> details;
    /** True after INTERRUPT was sent: repeated cancellations are not forwarded. */
    private final AtomicBoolean interrupted = new AtomicBoolean();

    Invocation(Callee callee, long id, long registration, PendingCall call, Map<String, ?> details) {
        this.callee = callee;
        this.id = id;
        this.registration = registration;
        this.call = call;
        this.details = details;
    }

    PendingCall call() {
        return call;
    }

    /** Sends a further part with the details of the first one. */
    @Override
    public void continueWith(CallArguments arguments, boolean progress) {
        Map<String, Object> partDetails = new HashMap<>(details);
        partDetails.remove("progress");
        if (progress) {
            partDetails.put("progress", true);
        }
        // the callee knows the invocation, so cancel notifies it
        callee.sendRequest(
                new V2Message.Invocation(id, registration, partDetails, arguments),
                reason -> call.cancel("killnowait", reason));
    }

    @Override
    public void cancel(String mode) {
        if (!mode.equals("skip") && canBeInterrupted() && interrupted.compareAndSet(false, true)) {
            callee.send(new V2Message.Interrupt(id, Map.of("mode", mode)));
        }
    }

    @Override
    public boolean respondsAfterCancel(String mode) {
        return mode.equals("kill") && canBeInterrupted();
    }

    private boolean canBeInterrupted() {
        return callee.supports("call_canceling");
    }

    /** Answers the call because the invocation was not delivered. */
    void notDelivered(String reason) {
        call.error(
                reason,
                reason.equals("wamp.error.unavailable")
                        ? CallArguments.of("the callee reads too slowly")
                        : CallArguments.EMPTY);
    }

    void calleeLeft() {
        call.error("wamp.error.canceled", CallArguments.of("the callee has left"));
    }
}
