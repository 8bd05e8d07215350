package dev.sprocket.bench.peer;

import com.google.errorprone.annotations.ThreadSafe;
import dev.sprocket.core.ConcurrentComponent;
import dev.sprocket.core.internal.transport.PipelineContext;
import dev.sprocket.pubsub.Audience;
import dev.sprocket.pubsub.Event;
import dev.sprocket.pubsub.EventLog;
import dev.sprocket.pubsub.MemoryLog;
import dev.sprocket.pubsub.Topic;
import dev.sprocket.pubsub.TopicSettings;
import dev.sprocket.pubsub.Topics;
import dev.sprocket.wamp.Call;
import dev.sprocket.wamp.WampComponent;
import dev.sprocket.wamp.WampConnection;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Topics with a history that count how their log is read.
 *
 * <p>A call of {@link #STATISTICS} returns the number of reads of the log since the previous call, the most bytes that
 * waited for one connection after one of them or wait now, and the size of the log in bytes.
 */
@ThreadSafe
@ConcurrentComponent
public final class MeasuredLog implements WampComponent {
    public static final String STATISTICS = "com.example.bench.statistics";
    static final Duration TTL = Duration.ofHours(1);

    private final MemoryLog memory = new MemoryLog();
    private final Set<WampConnection> connections = ConcurrentHashMap.newKeySet();
    private final AtomicLong reads = new AtomicLong();
    private final AtomicLong pending = new AtomicLong();

    /** Returns the topics. */
    Topics topics(int history) {
        TopicSettings settings = TopicSettings.DEFAULT.history(history, TTL);
        EventLog counting = (EventLog) Proxy.newProxyInstance(
                getClass().getClassLoader(), new Class<?>[] {EventLog.class}, (self, method, arguments) -> {
                    if (method.getName().equals("read")) {
                        reads.incrementAndGet();
                        connections.stream()
                                .findAny()
                                .ifPresent(any -> PipelineContext.of(any).loop().execute(this::sample));
                    }
                    try {
                        return method.invoke(memory, arguments);
                    } catch (InvocationTargetException e) {
                        throw e.getCause();
                    }
                });
        return new Topics(id -> settings, counting);
    }

    private void sample() {
        for (WampConnection conn : connections) {
            long bytes = PipelineContext.of(conn).outbound().pendingBytes();
            pending.accumulateAndGet(bytes, Math::max);
        }
    }

    @Override
    public void onOpen(WampConnection conn) {
        connections.add(conn);
    }

    @Override
    public void onClose(WampConnection conn) {
        connections.remove(conn);
    }

    @Override
    public void onPublish(WampConnection conn, Topic topic, Event event, Audience audience) {
        topic.broadcast(event, audience);
    }

    @Override
    public void onCall(WampConnection conn, Call call) {
        if (!call.procedure().equals(STATISTICS)) {
            call.noSuchProcedure();
            return;
        }
        sample();
        call.result(reads.getAndSet(0) + " " + pending.getAndSet(0) + " " + memory.bytes());
    }
}
