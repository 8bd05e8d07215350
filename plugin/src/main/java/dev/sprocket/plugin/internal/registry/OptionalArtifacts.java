package dev.sprocket.plugin.internal.registry;

import java.util.Map;
import java.util.Optional;

/** Artifacts of Sprocket that an application may leave out, by the factories in them. */
final class OptionalArtifacts {
    private static final Map<String, String> ARTIFACTS = Map.ofEntries(
            Map.entry("layer comet", "sprocket-comet"),
            Map.entry("component flash-policy", "sprocket-legacy"),
            Map.entry("component push", "sprocket-bridge-http"),
            Map.entry("bridge http", "sprocket-bridge-http"),
            Map.entry("bridge tcp", "sprocket-bridge-tcp"),
            Map.entry("bridge zmq", "sprocket-bridge-zmq"),
            Map.entry("Engine redis", "sprocket-cluster-redis"),
            Map.entry("SessionStore jdbc", "sprocket-session-jdbc"),
            Map.entry("SessionStore memcached", "sprocket-session-memcached"),
            Map.entry("SessionStore redis", "sprocket-session-redis"),
            Map.entry("SessionToken jwt", "sprocket-session-jwt"),
            Map.entry("SessionCodec spring", "sprocket-session-spring"));

    private OptionalArtifacts() {}

    /**
     * Returns the artifact that contains a factory.
     *
     * @param kind kind of the factory as in error messages: {@code layer}, or the type of a service
     */
    static Optional<String> find(String kind, String name) {
        return Optional.ofNullable(ARTIFACTS.get(kind + " " + name));
    }
}
