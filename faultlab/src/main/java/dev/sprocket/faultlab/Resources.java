package dev.sprocket.faultlab;

import com.google.errorprone.annotations.Immutable;
import dev.sprocket.faultlab.host.Node;
import dev.sprocket.faultlab.host.Programs;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Resources of a node.
 *
 * @param pid process
 * @param descriptors number of open descriptors
 * @param heapKib live heap after a collection, in KiB; 0 if it is unknown
 */
@Immutable
record Resources(long pid, int descriptors, long heapKib) {
    private static final Pattern USED = Pattern.compile("used (\\d+)K");

    static Resources of(Node node) {
        long pid = node.process().pid();
        return new Resources(pid, node.process().descriptors(), liveHeap(pid));
    }

    private static long liveHeap(long pid) {
        String jcmd = Path.of(System.getProperty("java.home"), "bin", "jcmd").toString();
        String process = Long.toString(pid);
        if (!Programs.works(jcmd, process, "GC.run")) {
            return 0;
        }
        Matcher used = USED.matcher(Programs.run(jcmd, process, "GC.heap_info"));
        long sum = 0;
        for (int i = 0; i < 2 && used.find(); i++) { // young and old generation; metaspace comes after them
            sum += Long.parseLong(used.group(1));
        }
        return sum;
    }
}
