package dev.sprocket.wamp.internal.v1;

import dev.sprocket.core.internal.log.PeerLog;
import dev.sprocket.core.internal.text.SafeText;
import dev.sprocket.core.internal.timer.LoopTimer;
import dev.sprocket.core.internal.transport.CallbackExecutor;
import dev.sprocket.core.internal.transport.PipelineContext;
import dev.sprocket.wamp.auth.AuthResult;
import dev.sprocket.wamp.auth.WampAuthenticator;
import dev.sprocket.wamp.internal.id.WampIds;
import dev.sprocket.wamp.internal.realm.RealmSettings;
import dev.sprocket.wamp.internal.session.HandshakeLimit;
import dev.sprocket.websocket.WsConnection;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Asks the authenticator of a realm to admit a client of WAMP v1.
 *
 * <p>WAMP v1 has no authentication, so the client is treated as a v2 client without {@code authmethods}: it is
 * admitted as user of the HTTP handshake or as anonymous. Otherwise the connection is closed with 1008.
 *
 * <p>Confined to the thread of its session's callbacks, except for the timer, which runs on the event loop.
 */
final class V1Admission {
    private static final PeerLog LOG = PeerLog.of(WampAuthenticator.class);
    private static final String CHALLENGE_UNSUPPORTED = "authenticator requires a challenge, which WAMP v1 does not"
            + " support (use HTTP authentication, or a v2 client)";
    private static final String DENIED = "WAMP v1 has no login (expected: WAMP v2, or a user authenticated by HTTP)";

    private final WsConnection conn;
    private final RealmSettings realm;
    private final HandshakeLimit handshakes;
    private final Runnable admit;
    private volatile boolean done;
    /** True while the server counts this handshake. Confined to the thread of the session. */
    private boolean counted;

    V1Admission(HandshakeLimit handshakes, WsConnection conn, RealmSettings realm, Runnable admit) {
        this.handshakes = handshakes;
        this.conn = conn;
        this.realm = realm;
        this.admit = admit;
    }

    /**
     * Runs {@code admit}, now or later, or closes the connection.
     *
     * <p>It is closed with 1013 if there are too many concurrent handshakes of either version.
     */
    void begin() {
        counted = handshakes.begin();
        if (!counted) {
            LOG.warn(
                    conn,
                    "WAMP client not admitted: peer={} protocol=v1 realm={} reason=\"limit of {} concurrent handshakes"
                            + " reached\"",
                    conn,
                    realm,
                    HandshakeLimit.MAX);
            done = true;
            conn.close(1013, "too many handshakes at the same time");
            return;
        }
        WampAuthenticator.JoinRequest request = new WampAuthenticator.JoinRequest(
                conn, WampIds.random(), realm.name(), Optional.empty(), List.of(), Map.of());
        AuthResult result;
        try {
            result = Objects.requireNonNull(
                    realm.authenticator().authenticate(request), "authentication result (expected: not null)");
        } catch (Exception e) {
            failed(e);
            return;
        }
        apply(result);
    }

    private void apply(AuthResult result) {
        if (done || !conn.isOpen()) {
            return;
        }
        if (result instanceof AuthResult.Admit) {
            done = true;
            end();
            admit.run();
        } else if (result instanceof AuthResult.Later later) {
            startTimeout();
            later.result().whenComplete((next, failure) -> CallbackExecutor.run(conn, () -> onResult(next, failure)));
        } else {
            refuse(result instanceof AuthResult.Deny deny ? deny.message() : CHALLENGE_UNSUPPORTED);
        }
    }

    private void onResult(@Nullable AuthResult next, @Nullable Throwable failure) {
        if (next == null) {
            failed(failure == null ? new NullPointerException("authentication result (expected: not null)") : failure);
        } else {
            apply(next);
        }
    }

    private void startTimeout() {
        long limit = realm.authenticator().timeout().toNanos();
        PipelineContext.find(conn)
                .ifPresent(pipeline -> pipeline.onLoop(() -> {
                    LoopTimer timer = pipeline.timer();
                    long start = timer.now();
                    timer.add(now -> {
                        if (done || !conn.isOpen()) {
                            return false;
                        }
                        if (now - start < limit) {
                            return true;
                        }
                        CallbackExecutor.run(
                                conn,
                                () -> refuse("authentication not completed within "
                                        + realm.authenticator().timeout().toMillis() + " ms"));
                        return false;
                    });
                }));
    }

    private void failed(Throwable cause) {
        LOG.warn(
                conn,
                "WAMP client not admitted: peer={} protocol=v1 realm={} reason=\"authenticator failed\"",
                conn,
                realm,
                cause);
        close("the authentication failed");
    }

    private void refuse(String reason) {
        if (!done) {
            LOG.info(
                    conn,
                    "WAMP client not admitted: peer={} protocol=v1 realm={} reason={}",
                    conn,
                    realm,
                    SafeText.excerpt(reason));
            close(DENIED);
        }
    }

    /** Ends the handshake, or the connection before that. */
    void end() {
        if (counted) {
            counted = false;
            handshakes.end();
        }
    }

    private void close(String reason) {
        done = true;
        end();
        conn.close(1008, reason);
    }
}
