package dev.sprocket.checks.memory;

import dev.sprocket.checks.memory.ObjectSizes.Count;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.stream.Collectors;

/** Page with the heap of idle connections. */
final class IdleMemoryPage {
    /** Row of the objects that only the TLS engine of the JDK holds. */
    static final String ENGINE = "SSLEngine of the JDK";

    private static final String HEAD =
            """
            # Memory of an idle connection

            Heap of one idle connection, in bytes by class, for a 64-bit JVM with compressed references. A number in
            parentheses is the number of objects. A test generates this page and fails when it changes, so it shows
            what each change costs. Memory outside of the heap, such as the socket's in the kernel, is not included;
            `./sprocket-bench idle` measures all of it.

            TCP and TLS are raw connections that echo; OpenSSL holds further memory outside of the heap. WAMP v1 and v2
            are WebSockets with one subscription. RawSocket is WAMP v2 without HTTP, SSE a stream of one topic. The
            SSLEngine of the JDK is rounded up to a multiple of 256, because it depends on random numbers.

            """;

    private IdleMemoryPage() {}

    static long bytes(Map<String, Count> counts) {
        return counts.values().stream().mapToLong(Count::bytes).sum();
    }

    /** Returns the page for the objects of each protocol by class. */
    static String of(Map<String, Map<String, Count>> protocols) {
        StringBuilder page = new StringBuilder(HEAD);
        row(page, "class", List.copyOf(protocols.keySet()));
        page.append("|---").append("|--:".repeat(protocols.size())).append("|\n");
        row(
                page,
                "total",
                protocols.values().stream().map(counts -> "" + bytes(counts)).toList());
        for (String group : List.of("dev.sprocket", "io.netty", "java")) {
            row(
                    page,
                    "total of " + group,
                    protocols.values().stream()
                            .map(counts -> "" + bytes(within(group, counts)))
                            .toList());
        }
        Comparator<String> largest = Comparator.comparingLong(name -> -protocols.values().stream()
                .mapToLong(counts -> counts.getOrDefault(name, Count.NONE).bytes())
                .max()
                .orElse(0));
        TreeSet<String> names = new TreeSet<>(largest.thenComparing(Comparator.naturalOrder()));
        protocols.values().forEach(counts -> names.addAll(counts.keySet()));
        for (String name : names) {
            row(
                    page,
                    name,
                    protocols.values().stream()
                            .map(counts -> cell(counts.get(name)))
                            .toList());
        }
        return page.toString();
    }

    private static Map<String, Count> within(String group, Map<String, Count> counts) {
        return counts.entrySet().stream()
                .filter(entry -> group(entry.getKey()).equals(group))
                .collect(Collectors.toMap(Map.Entry::getKey, Map.Entry::getValue));
    }

    private static String group(String name) {
        return name.startsWith("dev.sprocket.") ? "dev.sprocket" : name.startsWith("io.netty.") ? "io.netty" : "java";
    }

    private static String cell(Count count) {
        return count == null
                ? ""
                : count.objects() == 1 ? "" + count.bytes() : count.bytes() + " (" + count.objects() + ")";
    }

    private static void row(StringBuilder page, String name, List<String> cells) {
        page.append("| ")
                .append(name)
                .append(" | ")
                .append(String.join(" | ", cells))
                .append(" |\n");
    }
}
