package dev.sprocket.cluster.internal.directory;

import dev.sprocket.cluster.internal.frame.FrameException;
import dev.sprocket.cluster.internal.frame.FrameReader;
import dev.sprocket.cluster.internal.frame.FrameType;
import dev.sprocket.cluster.internal.frame.FrameWriter;
import dev.sprocket.cluster.internal.frame.Frames;
import dev.sprocket.cluster.spi.Directory.Entry;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Body of a frame about changed entries of its sender.
 *
 * @param previous version before the change
 * @param version version after it
 * @param entries entries that were put or removed; null if they must be read from the engine
 */
record Changes(long previous, long version, @Nullable List<Entry> entries) {
    private static final int READ = 0;
    private static final int REMOVED = 1;
    private static final int PUT = 2;

    byte[] frame(Frames frames) {
        FrameWriter out = frames.begin(FrameType.CHANGED).int64(previous).int64(version);
        if (entries == null) {
            return out.int8(READ).toBytes();
        }
        for (Entry entry : entries) {
            String value = entry.value();
            out.int8(value == null ? REMOVED : PUT).text8(entry.kind()).text16(entry.key());
            if (value != null) {
                out.text16(value);
            }
        }
        return out.toBytes();
    }

    static Changes read(FrameReader in) throws FrameException {
        long previous = in.int64();
        long version = in.int64();
        List<Entry> entries = new ArrayList<>();
        while (in.remaining() > 0) {
            int change = in.int8();
            if (change != REMOVED && change != PUT) {
                return new Changes(previous, version, null);
            }
            String kind = in.text8();
            String key = in.text16();
            entries.add(new Entry(kind, key, change == PUT ? in.text16() : null));
        }
        return new Changes(previous, version, entries);
    }
}
