package dev.sprocket.wamp.internal.meta;

import dev.sprocket.core.internal.text.SafeText;
import dev.sprocket.core.internal.transport.PipelineContext;
import dev.sprocket.wamp.CallException;
import dev.sprocket.wamp.WampConnection;
import dev.sprocket.wamp.internal.id.Uris;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Procedures below {@code wamp.session.} that list sessions or end them. */
public final class SessionProcedures {
    /** Number of sessions ended per loop iteration. */
    private static final int KILL_BATCH = 500;

    private final V2Sessions sessions;
    private final boolean mayKill;

    /**
     * Creates the procedures.
     *
     * @param mayKill true to include those that end sessions
     */
    public SessionProcedures(V2Sessions sessions, boolean mayKill) {
        this.sessions = sessions;
        this.mayKill = mayKill;
    }

    void addTo(Map<String, MetaProcedure> procedures) {
        procedures.put("wamp.session.count", call -> sessions.count(call.roles()));
        procedures.put("wamp.session.list", call -> PagedResult.of(sessions.page(call.page(), call.roles())));
        procedures.put("wamp.session.get", this::get);
        if (mayKill) {
            procedures.put("wamp.session.kill", this::kill);
            procedures.put("wamp.session.kill_by_authid", call -> kill(call, sessions.ofUser(call.text())));
            procedures.put("wamp.session.kill_by_authrole", call -> kill(call, sessions.ofRole(call.text()))
                    .size());
            procedures.put(
                    "wamp.session.kill_all", call -> kill(call, sessions.all()).size());
        }
    }

    private Object get(MetaCall call) {
        MetaSession found = sessions.find(call.id());
        if (found == null) {
            throw noSuchSession();
        }
        return found.details();
    }

    private static CallException noSuchSession() {
        return new CallException("wamp.error.no_such_session", "no such session");
    }

    private Object kill(MetaCall call) {
        MetaSession found = sessions.find(call.id());
        // an invalid argument is an error even if the session does not exist
        if (kill(call, found == null ? List.of() : List.of(found)).isEmpty()) {
            throw noSuchSession();
        }
        return MetaProcedure.NO_RESULT;
    }

    /** Ends sessions except the caller's, and returns their ids. */
    private static List<Long> kill(MetaCall call, List<MetaSession> sessions) {
        String reason = Optional.ofNullable(call.named().text("reason")).orElse("wamp.close.killed");
        String message = Optional.ofNullable(call.named().text("message")).orElse("");
        if (!Uris.LOOSE.allows(reason)) {
            throw new CallException("wamp.error.invalid_uri", "reason " + SafeText.excerpt(reason));
        }
        List<MetaSession> ended =
                sessions.stream().filter(session -> session != call.caller()).toList();
        kill(call.caller(), ended, reason, message);
        return ended.stream().map(MetaSession::id).toList();
    }

    /** Ends sessions in batches, so that other tasks of the event loop are not delayed. */
    private static void kill(WampConnection caller, List<MetaSession> sessions, String reason, String message) {
        sessions.stream().limit(KILL_BATCH).forEach(session -> session.goodbye(reason, message, 1000));
        if (sessions.size() > KILL_BATCH) {
            Runnable remaining = () -> kill(caller, sessions.subList(KILL_BATCH, sessions.size()), reason, message);
            PipelineContext.find(caller)
                    .ifPresentOrElse(pipeline -> pipeline.loop().execute(remaining), remaining);
        }
    }
}
