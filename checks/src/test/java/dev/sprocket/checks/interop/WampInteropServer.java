package dev.sprocket.checks.interop;

import dev.sprocket.core.SharedSecret;
import dev.sprocket.core.User;
import dev.sprocket.core.io.IoServer;
import dev.sprocket.http.HttpServer;
import dev.sprocket.http.auth.Authenticator;
import dev.sprocket.http.route.Router;
import dev.sprocket.pubsub.Audience;
import dev.sprocket.pubsub.Event;
import dev.sprocket.pubsub.Topic;
import dev.sprocket.pubsub.TopicSettings;
import dev.sprocket.pubsub.Topics;
import dev.sprocket.wamp.Call;
import dev.sprocket.wamp.CallException;
import dev.sprocket.wamp.MetaAccess;
import dev.sprocket.wamp.WampComponent;
import dev.sprocket.wamp.WampConnection;
import dev.sprocket.wamp.auth.CraSecret;
import dev.sprocket.wamp.auth.CredentialAuthenticator;
import dev.sprocket.wamp.auth.UserCredential;
import dev.sprocket.wamp.rawsocket.RawSocket;
import dev.sprocket.wamp.server.Realm;
import dev.sprocket.wamp.server.WampServer;
import dev.sprocket.websocket.WsServer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * Server for third-party WAMP clients.
 *
 * <p>Realm {@code open} is anonymous, {@code closed} requires WAMP authentication, {@code site} uses the HTTP user.
 */
final class WampInteropServer implements WampComponent, AutoCloseable {
    private static final String PUBLIC_KEY = "1865d8bde8a83a5bc44fcfc7c28b0fa63b76b30347b4a7c8b9270033aa84f08a";

    private final IoServer server;
    private final List<Call> pendingCalls = new ArrayList<>();

    WampInteropServer() throws Exception {
        CredentialAuthenticator authenticator = CredentialAuthenticator.of(
                CredentialAuthenticator.ticket(
                        List.of(UserCredential.of("joe", "user", SharedSecret.of("ticket of joe")))),
                CredentialAuthenticator.cra(List.of(
                        UserCredential.of("peter", "staff", CraSecret.of("secret of peter")),
                        UserCredential.of(
                                "salty", "staff", CraSecret.derive("password of salty", "salt123", 1000, 32)))),
                CredentialAuthenticator.cryptosign(List.of(UserCredential.of("device", "device", PUBLIC_KEY))));
        WampServer wamp = new WampServer(
                new Realm("open", this, new Topics(WampInteropServer::settings)).meta(MetaAccess.ANYONE),
                new Realm("closed", this).authenticator(authenticator),
                new Realm("site", this).authenticator(CredentialAuthenticator.of(CredentialAuthenticator.http())));
        WsServer ws = new WsServer(wamp);
        Map<String, User> users = Map.of("token of web", User.named("web").roles("staff"));
        HttpServer http = new HttpServer(new Router()
                .upgrade("/open", ws)
                .upgrade("/closed", ws)
                .upgrade("/site", Authenticator.bearer("site", users, ws)));
        server = IoServer.builder(new RawSocket(wamp.overRawSocket()).or(http))
                .bind(0)
                .build();
        server.start();
    }

    private static TopicSettings settings(String topic) {
        return topic.startsWith("com.remembered")
                ? TopicSettings.DEFAULT.history(10, Duration.ofHours(1))
                : TopicSettings.DEFAULT;
    }

    String url() {
        return "ws://127.0.0.1:" + server.port();
    }

    @Override
    public void onCall(WampConnection conn, Call call) {
        switch (call.procedure()) {
            case "app.add" ->
                call.result(call.arguments().stream()
                        .mapToInt(number -> number.getAsInt())
                        .sum());
            case "app.error" -> call.error("app.error.bad", "it is bad", 7);
            case "app.meet" -> meet(call);
            default -> throw new CallException("wamp.error.no_such_procedure", "no procedure " + call.procedure());
        }
    }

    /** Completes the calls of this procedure when their number reaches its argument. */
    private synchronized void meet(Call call) {
        pendingCalls.add(call);
        if (pendingCalls.size() >= call.arguments().get(0).getAsInt()) {
            pendingCalls.forEach(pending -> pending.result(true));
            pendingCalls.clear();
        }
    }

    @Override
    public void onPublish(WampConnection conn, Topic topic, Event event, Audience audience) {
        topic.broadcast(event, audience);
    }

    @Override
    public void close() {
        server.close();
    }
}
