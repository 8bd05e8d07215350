package dev.sprocket.websocket;

import dev.sprocket.http.HttpRequest;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Options of a {@link WsServer}. */
record WsOptions(
        WsLimits limits,
        boolean strict,
        List<WebSocketVersion> versions,
        boolean keepsFragments,
        KeepAlive keepAlive,
        @Nullable Deflate deflate) {
    static final WsOptions DEFAULT = new WsOptions(WsLimits.DEFAULT, true, List.of(), false, KeepAlive.DEFAULT, null);

    WsOptions limits(WsLimits other) {
        return new WsOptions(other, strict, versions, keepsFragments, keepAlive, deflate);
    }

    WsOptions lenient() {
        return new WsOptions(limits, false, versions, keepsFragments, keepAlive, deflate);
    }

    WsOptions alsoAccept(List<? extends WebSocketVersion> others) {
        return new WsOptions(limits, strict, List.copyOf(others), keepsFragments, keepAlive, deflate);
    }

    WsOptions keepFragments() {
        return new WsOptions(limits, strict, versions, true, keepAlive, deflate);
    }

    WsOptions keepAlive(KeepAlive other) {
        return new WsOptions(limits, strict, versions, keepsFragments, other, deflate);
    }

    WsOptions compress(Deflate other) {
        return new WsOptions(limits, strict, versions, keepsFragments, keepAlive, other);
    }

    /** Returns the values of {@code Sec-WebSocket-Version} with the handshake of RFC 6455. */
    Set<String> compatibleVersions() {
        Stream<Integer> others = versions.stream()
                .filter(WebSocketVersion.Compatible.class::isInstance)
                .map(version -> ((WebSocketVersion.Compatible) version).number());
        return Stream.concat(Stream.of(13), others).map(String::valueOf).collect(Collectors.toUnmodifiableSet());
    }

    /** Returns the version with its own handshake that a request asks for. */
    Optional<WebSocketVersion.Separate> separateVersion(HttpRequest request) {
        for (WebSocketVersion version : versions) {
            if (version instanceof WebSocketVersion.Separate other && other.isRequested(request)) {
                return Optional.of(other);
            }
        }
        return Optional.empty();
    }
}
