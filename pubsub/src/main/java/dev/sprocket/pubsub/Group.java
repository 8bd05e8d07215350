package dev.sprocket.pubsub;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.PooledByteBufAllocator;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The subscribers of one topic that live on one lane. Threads: its lane's, but for {@link #size}, which is the topic's. */
final class Group {
    final Lane lane;
    /** How many have subscribed, whether or not the lane has seen it; guarded by the topic. */
    int size;

    private @Nullable Subscription[] members = new Subscription[1];
    private int count;

    Group(Lane lane) {
        this.lane = lane;
    }

    void add(Subscription subscription) {
        if (count == members.length) {
            members = java.util.Arrays.copyOf(members, count * 2);
        }
        subscription.index = count;
        members[count++] = subscription;
    }

    void remove(Subscription subscription) {
        Subscription last = members[--count];
        members[subscription.index] = last;
        if (last != null) {
            last.index = subscription.index;
        }
        members[count] = null;
        if (members.length > 8 && count < members.length / 4) {
            members = java.util.Arrays.copyOf(members, members.length / 2);
        }
    }

    /** Delivers consecutive publications for the same audience. */
    void deliver(List<Publication> run) {
        Audience audience = run.get(0).audience;
        String topic = run.get(0).topic.id();
        List<Encoding> encodings = new ArrayList<>(1);
        List<ByteBuf> encoded = new ArrayList<>(1);
        try {
            for (int i = 0; i < count; i++) {
                Subscription member = members[i];
                if (member == null || !(audience == Audience.EVERYBODY || audience.includes(member.subscriber.id()))) {
                    continue;
                }
                if (member.subscriber instanceof ConnectionSubscriber conn) {
                    conn.write(bytes(conn, run, encodings, encoded), topic);
                } else if (member.subscriber instanceof FunctionSubscriber function) {
                    for (Publication publication : run) {
                        function.tell(publication.topic, publication.event);
                    }
                }
            }
        } finally {
            encoded.forEach(ByteBuf::release);
        }
    }

    private static ByteBuf bytes(
            ConnectionSubscriber conn, List<Publication> run, List<Encoding> encodings, List<ByteBuf> encoded) {
        for (int i = 0; i < encodings.size(); i++) {
            if (conn.sharesBytesWith(encodings.get(i))) {
                return encoded.get(i);
            }
        }
        Encoding encoding = conn.encoding();
        ByteBuf bytes = join(run, encoding);
        encodings.add(encoding);
        encoded.add(bytes);
        return bytes;
    }

    private static ByteBuf join(List<Publication> run, Encoding encoding) {
        if (run.size() == 1) {
            return run.get(0).bytes(encoding).retain();
        }
        int size = 0;
        for (Publication publication : run) {
            size += publication.bytes(encoding).readableBytes();
        }
        ByteBuf all = PooledByteBufAllocator.DEFAULT.directBuffer(size);
        for (Publication publication : run) {
            ByteBuf one = publication.bytes(encoding);
            all.writeBytes(one, one.readerIndex(), one.readableBytes());
        }
        return all;
    }
}
