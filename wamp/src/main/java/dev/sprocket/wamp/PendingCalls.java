package dev.sprocket.wamp;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/** The calls of a client of WAMP v2 that have no answer yet. Threads: as its session, but they may end on any. */
final class PendingCalls {
    /** How many calls that came bit by bit are remembered when they are over, for bits that come too late. */
    private static final int MAX_ENDED = 100;

    private final V2Session session;
    private final Map<Long, Call> pending = new ConcurrentHashMap<>(2);
    /** The procedures of those that ended lately; under its lock. */
    private final Map<Long, String> ended = new LinkedHashMap<>(2) {
        private static final long serialVersionUID = 1;

        @Override
        protected boolean removeEldestEntry(Map.Entry<Long, String> eldest) {
            return size() > MAX_ENDED;
        }
    };

    PendingCalls(V2Session session) {
        this.session = session;
    }

    Call begin(V2Message.Call m, V2CallOptions options) {
        Call call = new Call(session, m, options, new V2Reply(session, m.request()));
        pending.put(m.request(), call);
        // the message itself is not kept: it may be longer than what is needed of it
        long request = m.request();
        call.whenDone(() -> {
            if (options.progress()) {
                markEnded(request, call.procedure());
            }
            pending.remove(request);
        });
        return call;
    }

    /** A call that came bit by bit has ended, or never began: bits that are under way are passed over. */
    void markEnded(V2Message.Call m) {
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

    /** Whether a call with this id is pending, or came bit by bit and ended lately. */
    boolean contains(long request) {
        if (pending.containsKey(request)) {
            return true;
        }
        synchronized (ended) {
            return ended.containsKey(request);
        }
    }

    /** More of a call that comes bit by bit; what is over already is passed over. */
    void continueCall(V2Message.Call m) {
        Call call = pending.get(m.request());
        if (!m.procedure().equals(procedure(m.request(), call))) {
            throw new WampProtocolException("request " + m.request() + " once more (expected: one that goes on)");
        }
        if (call != null) {
            call.continueWith(m.arguments(), new OptionReader(m.options()).isTrue("progress"));
        }
    }

    /** A bit of a call is wrong: all of the call has failed. Returns false if there is none. */
    boolean fail(long request, CallException wrong) {
        Call call = pending.get(request);
        if (call != null) {
            call.cancel("killnowait", wrong.errorUri(), CallArguments.of(wrong.description()));
        }
        return call != null;
    }

    void cancel(V2Message.Cancel m) {
        Call call = pending.get(m.request());
        String mode = new OptionReader(m.options()).text("mode"); // of another type: no call is canceled
        if (call != null) {
            // callees end their sessions over a mode that they do not know
            boolean known = "skip".equals(mode) || "kill".equals(mode);
            call.cancel(known ? String.valueOf(mode) : "killnowait", "wamp.error.canceled");
        }
    }
}
