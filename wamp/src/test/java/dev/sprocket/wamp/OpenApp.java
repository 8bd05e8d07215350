package dev.sprocket.wamp;

import dev.sprocket.pubsub.Audience;
import dev.sprocket.pubsub.Event;
import dev.sprocket.pubsub.Topic;

/** Application that broadcasts every publish and has a few procedures. */
public class OpenApp implements WampComponent {
    @Override
    public void onPublish(WampConnection conn, Topic topic, Event event, Audience audience) throws Exception {
        topic.broadcast(event, audience);
    }

    @Override
    public void onCall(WampConnection conn, Call call) throws Exception {
        switch (call.procedure()) {
            case "app.echo" -> call.result(call.arguments());
            case "app.one" -> call.result(1);
            case "app.named" -> call.result(call.named().orElseThrow());
            case "app.progress" -> {
                call.progress("half");
                call.result(call.wantsProgress());
            }
            case "app.never" -> {}
            case "app.error" -> throw new CallException("app.error.bad", "it is bad", 7);
            case "app.bug" -> throw new IllegalStateException("a bug");
            default -> WampComponent.super.onCall(conn, call);
        }
    }
}
