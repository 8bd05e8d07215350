package dev.sprocket.wamp.internal.dealer;

import dev.sprocket.wamp.Call;
import dev.sprocket.wamp.CallException;
import dev.sprocket.wamp.internal.message.CallArguments;
import dev.sprocket.wamp.internal.message.OptionReader;
import dev.sprocket.wamp.internal.message.V2Message;
import dev.sprocket.wamp.internal.session.WampProtocolException;
import dev.sprocket.wamp.internal.v2.V2Reply;
import dev.sprocket.wamp.internal.v2.V2Session;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * Unanswered calls of a WAMP v2 client.
 *
 * <p>Started on the thread of the session's callbacks; answered by any thread.
 */
public final class PendingCalls {
    /** Number of ended progressive calls that are remembered for late parts. */
    private static final int MAX_ENDED = 100;

    private final V2Session session;
    private final Map<Long, Call> pending = new ConcurrentHashMap<>(2);
    /** Procedures of recently ended progressive calls, by request id. Guarded by itself. */
    private final Map<Long, String> ended = new LinkedHashMap<>(2) {
        private static final long serialVersionUID = 1;

        @Override
        protected boolean removeEldestEntry(Map.Entry<Long, String> eldest) {
            return size() > MAX_ENDED;
        }
    };

    public PendingCalls(V2Session session) {
        this.session = session;
    }

    public Call begin(V2Message.Call m, V2CallOptions options) {
        Call call = new Call(session, m, options, new V2Reply(session, m.request()));
        pending.put(m.request(), call);
        // the lambda must not capture the message, which may be larger than the call
        long request = m.request();
        call.whenDone(() -> {
            if (options.progress()) {
                markEnded(request, call.procedure());
            }
            pending.remove(request);
        });
        return call;
    }

    /** Marks a progressive call as ended or rejected, so that late parts are ignored. */
    public void markEnded(V2Message.Call m) {
        markEnded(m.request(), m.procedure());
    }

    private void markEnded(long request, String procedure) {
        synchronized (ended) {
            ended.put(request, procedure);
        }
    }

    private @Nullable String procedure(long request, @Nullable Call call) {
        if (call != null) {
            return call.options().progress() ? call.procedure() : null;
        }
        synchronized (ended) {
            return ended.get(request);
        }
    }

    /** Reports whether a call is pending, or a recently ended progressive call. */
    public boolean contains(long request) {
        if (pending.containsKey(request)) {
            return true;
        }
        synchronized (ended) {
            return ended.containsKey(request);
        }
    }

    /** Passes on a further part of a progressive call; ignored if the call has ended. */
    public void continueCall(V2Message.Call m) {
        Call call = pending.get(m.request());
        if (!m.procedure().equals(procedure(m.request(), call))) {
            throw new WampProtocolException("request " + m.request() + " used twice (expected: a progressive call)");
        }
        if (call != null) {
            call.continueWith(m.arguments(), new OptionReader(m.options()).isTrue("progress"));
        }
    }

    /** Fails a call because of an invalid part. Returns false if it is not pending. */
    public boolean fail(long request, CallException invalid) {
        Call call = pending.get(request);
        if (call != null) {
            call.cancel("killnowait", invalid.errorUri(), CallArguments.of(invalid.description()));
        }
        return call != null;
    }

    public void cancel(V2Message.Cancel m) {
        Call call = pending.get(m.request());
        String mode = new OptionReader(m.options()).text("mode"); // of another type: no call is canceled
        if (call != null) {
            // some callees end their sessions when they receive an unknown mode
            boolean known = "skip".equals(mode) || "kill".equals(mode);
            call.cancel(known ? String.valueOf(mode) : "killnowait", "wamp.error.canceled");
        }
    }
}
