package dev.sprocket.config.internal.listener;

import com.google.errorprone.annotations.ThreadSafe;
import dev.sprocket.config.internal.schema.ConfigSchema;
import dev.sprocket.core.internal.text.SafeText;
import dev.sprocket.plugin.config.Settings;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** Version and addresses of a server, for the operators of its cluster. */
@ThreadSafe
public final class NodeText {
    /** Maximum length, in characters; an ellipsis follows. */
    private static final int MAX_LENGTH = 200;

    private NodeText() {}

    /** Returns for example {@code 1.2.3 ops=127.0.0.1:9090 web=0.0.0.0:8080,[::]:8080}. */
    public static String of(Settings server) {
        Map<String, Settings> listeners = new TreeMap<>(server.get(ConfigSchema.LISTENERS));
        String addresses = listeners.entrySet().stream()
                .map(one -> one.getKey() + "=" + String.join(",", one.getValue().get(ConfigSchema.ADDRESS)))
                .collect(Collectors.joining(" "));
        return SafeText.shorten(SafeText.escape((version() + " " + addresses).strip()), MAX_LENGTH);
    }

    /** Returns the version from the manifest of the jar. */
    private static String version() {
        String version = NodeText.class.getPackage().getImplementationVersion();
        return version == null ? "dev" : version;
    }
}
