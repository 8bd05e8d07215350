package dev.sprocket.wamp;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import dev.sprocket.pubsub.Audience;
import dev.sprocket.pubsub.Event;
import dev.sprocket.pubsub.Topic;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;

/** Records one line for each callback. */
public class RecordingApp implements WampComponent {
    final List<WampConnection> conns = new ArrayList<>();
    private final List<String> calls = new ArrayList<>();

    /** Returns the lines recorded since the last call. */
    @CanIgnoreReturnValue
    public List<String> calls() {
        List<String> all = List.copyOf(calls);
        calls.clear();
        return all;
    }

    @Override
    public void onOpen(WampConnection conn) throws Exception {
        conns.add(conn);
        calls.add("open");
    }

    @Override
    public void onCall(WampConnection conn, Call call) throws Exception {
        calls.add("call " + call.procedure() + " " + call.arguments());
    }

    @Override
    public void onSubscribe(WampConnection conn, Topic topic) throws Exception {
        calls.add("subscribe " + topic);
    }

    @Override
    public void onUnsubscribe(WampConnection conn, Topic topic) throws Exception {
        calls.add("unsubscribe " + topic);
    }

    @Override
    public void onPublish(WampConnection conn, Topic topic, Event event, Audience audience) throws Exception {
        calls.add("publish " + topic + " " + event.json() + " not " + new TreeSet<>(audience.excluded()) + " only "
                + new TreeSet<>(audience.eligible()));
    }

    @Override
    public void onError(WampConnection conn, Throwable cause) throws Exception {
        calls.add("error " + cause.getMessage());
    }

    @Override
    public void onClose(WampConnection conn) throws Exception {
        calls.add("close");
    }
}
