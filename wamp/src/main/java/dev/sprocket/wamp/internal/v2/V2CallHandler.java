package dev.sprocket.wamp.internal.v2;

import dev.sprocket.wamp.CallException;
import dev.sprocket.wamp.internal.dealer.CallOptions;
import dev.sprocket.wamp.internal.dealer.PendingCall;
import dev.sprocket.wamp.internal.dealer.PendingCalls;
import dev.sprocket.wamp.internal.message.CallArguments;
import dev.sprocket.wamp.internal.message.OptionReader;
import dev.sprocket.wamp.internal.message.V2Message;
import dev.sprocket.wamp.internal.session.WampProtocolException;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * CALL and CANCEL of a WAMP v2 client: begin, parts and cancellation of its calls.
 *
 * <p>Used on the thread of the session's callbacks; calls are answered by any thread.
 */
final class V2CallHandler {
    /** Number of ended progressive calls that are remembered for late parts. */
    private static final int MAX_ENDED = 100;

    private final V2Session session;
    private final PendingCalls pending;
    /** Procedures of recently ended progressive calls, by request id. Guarded by {@code this}. */
    private Map<Long, String> ended = Map.of();

    /** Limited number of calls; the oldest is removed first. */
    private static final class RecentCalls extends LinkedHashMap<Long, String> {
        private static final long serialVersionUID = 1;

        RecentCalls() {
            super(2);
        }

        @Override
        protected boolean removeEldestEntry(Map.Entry<Long, String> eldest) {
            return size() > MAX_ENDED;
        }
    }

    V2CallHandler(V2Session session) {
        this.session = session;
        this.pending = session.pendingCalls();
    }

    PendingCall begin(V2Message.Call m, CallOptions options) {
        PendingCall call = new PendingCall(session, m, options, new V2Reply(session.output(), m.request()));
        if (options.progress()) {
            // the lambda must not capture the message, which may be larger than the call
            long request = m.request();
            call.whenDone(() -> markEnded(request, call.procedure()));
        }
        pending.add(m.request(), call);
        return call;
    }

    /** Marks a progressive call as ended or rejected, so that late parts are ignored. */
    void markEnded(V2Message.Call m) {
        markEnded(m.request(), m.procedure());
    }

    private void markEnded(long request, String procedure) {
        synchronized (this) {
            if (ended.isEmpty()) {
                ended = new RecentCalls();
            }
            ended.put(request, procedure);
        }
    }

    private @Nullable String procedure(long request, @Nullable PendingCall call) {
        if (call != null) {
            return call.options().progress() ? call.procedure() : null;
        }
        synchronized (this) {
            return ended.get(request);
        }
    }

    /** Reports whether a call is pending, or a recently ended progressive call. */
    boolean contains(long request) {
        if (pending.find(request) != null) {
            return true;
        }
        synchronized (this) {
            return ended.containsKey(request);
        }
    }

    /** Passes on a further part of a progressive call; ignored if the call has ended. */
    void continueCall(V2Message.Call m) {
        PendingCall call = pending.find(m.request());
        if (!m.procedure().equals(procedure(m.request(), call))) {
            throw new WampProtocolException("request " + m.request() + " used twice (expected: a progressive call)");
        }
        if (call != null) {
            call.continueWith(m.arguments(), new OptionReader(m.options()).isTrue("progress"));
        }
    }

    /** Fails a call because of an invalid part. Returns false if it is not pending. */
    boolean fail(long request, CallException invalid) {
        PendingCall call = pending.find(request);
        if (call != null) {
            call.cancel("killnowait", invalid.errorUri(), CallArguments.of(invalid.description()));
        }
        return call != null;
    }

    void cancel(V2Message.Cancel m) {
        PendingCall call = pending.find(m.request());
        String mode = new OptionReader(m.options()).text("mode"); // of another type: no call is canceled
        if (call != null) {
            // some callees end their sessions when they receive an unknown mode
            boolean known = "skip".equals(mode) || "kill".equals(mode);
            call.cancel(known ? String.valueOf(mode) : "killnowait", "wamp.error.canceled");
        }
    }
}
