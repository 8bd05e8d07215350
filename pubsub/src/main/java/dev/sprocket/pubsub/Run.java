package dev.sprocket.pubsub;

import io.netty.buffer.ByteBuf;
import java.util.ArrayList;
import java.util.List;

/**
 * Consecutive publications of one topic for one audience, on one lane: they leave as one buffer, put together once for
 * each encoding. Threads: its lane's.
 */
final class Run implements AutoCloseable {
    /** Among the runs of a turn. */
    enum Place {
        ONLY,
        NOT_LAST,
        LAST
    }

    final List<Publication> publications;
    final SlowReaders subject;
    /** Whether nothing follows on this lane in this turn, so that there is nothing to wait for. */
    final boolean isLast;
    /** Whether there are other runs in this turn. */
    final boolean isOneOfSeveral;

    private final List<Encoding> encodings = new ArrayList<>(1);
    private final List<ByteBuf> encoded = new ArrayList<>(1);

    Run(Topic topic, List<Publication> publications, Place place) {
        this.isLast = place == Place.ONLY || place == Place.LAST;
        this.isOneOfSeveral = place != Place.ONLY;
        this.publications = publications;
        this.subject = topic.slowReaders();
    }

    /** All of them, encoded as for this subscriber; the bytes stay this object's. */
    ByteBuf bytes(ConnectionSubscriber conn) {
        for (int i = 0; i < encodings.size(); i++) {
            if (conn.sharesBytesWith(encodings.get(i))) {
                return encoded.get(i);
            }
        }
        Encoding encoding = conn.encoding();
        ByteBuf bytes = join(encoding);
        encodings.add(encoding);
        encoded.add(bytes);
        return bytes;
    }

    private ByteBuf join(Encoding encoding) {
        if (publications.size() == 1) {
            return publications.get(0).bytes(encoding).retain();
        }
        int size = 0;
        for (Publication publication : publications) {
            size += publication.bytes(encoding).readableBytes();
        }
        ByteBuf all = Shared.buffer(size);
        for (Publication publication : publications) {
            ByteBuf one = publication.bytes(encoding);
            all.writeBytes(one, one.readerIndex(), one.readableBytes());
        }
        return all;
    }

    @Override
    public void close() {
        encoded.forEach(ByteBuf::release);
    }
}
