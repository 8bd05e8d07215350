package dev.sprocket.wamp;

import dev.sprocket.core.spi.CallbackExecutor;
import dev.sprocket.core.spi.LoopTimer;
import dev.sprocket.core.spi.PeerLog;
import dev.sprocket.core.spi.PipelineContext;
import dev.sprocket.core.spi.SafeText;
import dev.sprocket.websocket.WsConnection;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Asks the authenticator of a realm whether a client of WAMP v1 is admitted.
 *
 * <p>WAMP v1 has no login: such a client is admitted as a client of v2 that offers no {@code authmethods}, which is as user
 * of the HTTP handshake or as anonymous. Otherwise it is closed with 1008.
 *
 * <p>Threads: as its session; the sweep is the event loop's.
 */
final class V1Admission {
    private static final PeerLog LOG = PeerLog.of(WampAuthenticator.class);
    private static final String DENIED = "WAMP v1 has no login (expected: WAMP v2, or a user authenticated by HTTP)";

    private final WsConnection conn;
    private final Realm realm;
    private final V2Server v2Server;
    private final Runnable admit;
    private volatile boolean done;
    /** Whether the server counts it; as the session. */
    private boolean counted;

    V1Admission(V2Server handshakes, WsConnection conn, Realm realm, Runnable admit) {
        this.v2Server = handshakes;
        this.conn = conn;
        this.realm = realm;
        this.admit = admit;
    }

    /** Runs {@code admit}, now or later, or closes the connection; with 1013 if too many handshakes of either version run. */
    void begin() {
        counted = v2Server.beginHandshake();
        if (!counted) {
            LOG.warn(
                    conn,
                    "{} not admitted: too many handshakes at the same time: protocol=v1 limit={}",
                    conn,
                    V2Server.MAX_HANDSHAKES);
            done = true;
            conn.close(1013, "too many handshakes at the same time");
            return;
        }
        JoinRequest joining =
                new JoinRequest(conn, WampIds.random(), realm.name(), Optional.empty(), List.of(), Map.of());
        AuthResult step;
        try {
            step = Objects.requireNonNull(realm.authenticator().authenticate(joining), "a step (expected: not null)");
        } catch (Exception e) {
            failed(e);
            return;
        }
        apply(step);
    }

    private void apply(AuthResult step) {
        if (done || !conn.isOpen()) {
            return;
        }
        if (step instanceof AuthResult.Admit) {
            done = true;
            end();
            admit.run();
        } else if (step instanceof AuthResult.Later later) {
            startTimeout();
            later.result().whenComplete((next, failure) -> CallbackExecutor.run(conn, () -> onResult(next, failure)));
        } else {
            refuse(step instanceof AuthResult.Deny deny ? deny.message() : "a challenge");
        }
    }

    private void onResult(@Nullable AuthResult next, @Nullable Throwable failure) {
        if (next == null) {
            failed(failure == null ? new NullPointerException("a step (expected: not null)") : failure);
        } else {
            apply(next);
        }
    }

    private void startTimeout() {
        long limit = realm.authenticator().timeout().toNanos();
        PipelineContext.find(conn)
                .ifPresent(segment -> segment.onLoop(() -> {
                    LoopTimer sweep = LoopTimer.of(segment.outbound().loop());
                    long start = sweep.now();
                    sweep.add(now -> {
                        if (done || !conn.isOpen()) {
                            return false;
                        }
                        if (now - start < limit) {
                            return true;
                        }
                        CallbackExecutor.run(
                                conn,
                                () -> refuse("no decision within "
                                        + realm.authenticator().timeout()));
                        return false;
                    });
                }));
    }

    private void failed(Throwable cause) {
        LOG.warn(conn, "{} not admitted, its authentication failed: protocol=v1 realm={}", conn, realm, cause);
        close("the authentication failed");
    }

    private void refuse(String why) {
        if (!done) {
            LOG.info(conn, "{} not admitted: protocol=v1 realm={} reason={}", conn, realm, SafeText.excerpt(why));
            close(DENIED);
        }
    }

    /** The handshake has ended, or its connection has. */
    void end() {
        if (counted) {
            counted = false;
            v2Server.endHandshake();
        }
    }

    private void close(String reason) {
        done = true;
        end();
        conn.close(1008, reason);
    }
}
