package dev.sprocket.websocket;

import dev.sprocket.http.HttpRequest;
import dev.sprocket.http.HttpResponse;
import dev.sprocket.websocket.internal.compression.ExtensionOffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/** Server side of the opening handshake (RFC 6455 4.2). */
final class Handshake {
    /** Maximum length of the name of a subprotocol that is logged as it is. */
    private static final int MAX_LOGGED_NAME = 32;
    /** Number of characters of longer names that are logged. */
    private static final int LOGGED_BEGINNING = 8;

    private static final String GUID = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";

    private final List<String> supported;
    private final WsOptions options;
    /** Accepted versions with the handshake of RFC 6455. */
    private final Set<String> versions;

    private final CompressionMemory memory;

    Handshake(List<String> supported, WsOptions options, CompressionMemory memory) {
        this.supported = List.copyOf(supported);
        this.options = options;
        this.versions = options.compatibleVersions();
        this.memory = memory;
    }

    /** Returns the response to a request: status 101, or an error with a reason. */
    HttpResponse respond(HttpRequest request) {
        if (!request.method().equals("GET")) {
            return HttpResponse.error(405, "method not allowed (expected: GET, RFC 6455 4.1)")
                    .header("Allow", "GET");
        }
        // HTTP/2 uses neither Connection nor Sec-WebSocket-Key (RFC 8441 5)
        boolean stream = request.version().equals("HTTP/2.0");
        if (!stream && !request.version().equals("HTTP/1.1")) {
            return HttpResponse.error(505, request.version() + " (expected: HTTP/1.1, RFC 6455 4.1)");
        }
        if (stream && request.header("Upgrade").isPresent() && !request.wantsUpgradeTo("websocket")) {
            return HttpResponse.error(501, ":protocol other than websocket (RFC 8441 4)");
        }
        if (!request.wantsUpgradeTo("websocket")) {
            return upgradeRequired(request, "no Upgrade: websocket (RFC 6455 4.2.1)");
        }
        if (!stream && !request.headerContains("Connection", "upgrade")) {
            return HttpResponse.error(400, "Connection does not list upgrade (RFC 6455 4.2.1)");
        }
        List<String> requested = request.headers("Sec-WebSocket-Version");
        if (requested.size() != 1 || !versions.contains(requested.get(0))) {
            return upgradeRequired(request, "Sec-WebSocket-Version: " + requested + " (expected: 13, RFC 6455 4.2.2)");
        }
        List<String> keys = request.headers("Sec-WebSocket-Key");
        if (!stream && (keys.size() != 1 || !isKey(keys.get(0).trim()))) {
            return HttpResponse.error(
                    400, "Sec-WebSocket-Key: " + keys + " (expected: one, 16 bytes in base64, RFC 6455 4.2.1)");
        }
        Optional<HttpResponse> rejection = subprotocolRejection(request);
        if (rejection.isPresent()) {
            return rejection.get();
        }
        Optional<String> subprotocol = subprotocol(request);
        HttpResponse upgrade =
                HttpResponse.of(101).header("Upgrade", "websocket").header("Connection", "Upgrade");
        HttpResponse response = stream
                ? upgrade
                : upgrade.header("Sec-WebSocket-Accept", accept(keys.get(0).trim()));
        return subprotocol
                .map(name -> response.header("Sec-WebSocket-Protocol", name))
                .orElse(response);
    }

    /**
     * Returns an error response with the required upgrade.
     *
     * <p>The status is 426 (RFC 9110 15.5.22), or 400 in HTTP/2, which has no {@code Upgrade} (RFC 9113 8.6).
     */
    private HttpResponse upgradeRequired(HttpRequest request, String reason) {
        String all = versions.stream()
                .sorted(Comparator.<String, Integer>comparing(Integer::valueOf).reversed())
                .collect(Collectors.joining(", "));
        HttpResponse response = request.version().equals("HTTP/2.0")
                ? HttpResponse.error(400, reason)
                : HttpResponse.error(426, reason).header("Upgrade", "websocket");
        return response.header("Sec-WebSocket-Version", all);
    }

    /**
     * Returns the response that rejects a client without a common subprotocol, in any draft.
     *
     * <p>Empty if there is a common subprotocol or none is required.
     */
    Optional<HttpResponse> subprotocolRejection(HttpRequest request) {
        List<String> protocols = offeredSubprotocols(request);
        boolean none = protocols.isEmpty() && supported.isEmpty();
        return none || !options.strict() || subprotocol(request).isPresent()
                ? Optional.empty()
                : Optional.of(upgradeRequired(
                                request,
                                "Sec-WebSocket-Protocol: " + withoutTokens(protocols) + " (expected: one of "
                                        + supported + ")")
                        .header("Sec-WebSocket-Protocol", String.join(", ", supported)));
    }

    /** Returns names of subprotocols for the log, without the tokens that long ones may contain. */
    private static List<String> withoutTokens(List<String> names) {
        return names.stream()
                .map(name -> name.length() <= MAX_LOGGED_NAME ? name : name.substring(0, LOGGED_BEGINNING) + "…")
                .toList();
    }

    /** Returns the first subprotocol that the client lists and the server supports (RFC 6455 4.2.2). */
    Optional<String> subprotocol(HttpRequest request) {
        return offeredSubprotocols(request).stream()
                // the server's own object, which connections share
                .map(supported::indexOf)
                .filter(index -> index >= 0)
                .map(supported::get)
                .findFirst();
    }

    /**
     * Negotiates compression and reserves memory for the window of the client.
     *
     * @return the parameters, or empty without compression
     * @throws IllegalArgumentException if {@code Sec-WebSocket-Extensions} is malformed
     */
    Optional<NegotiatedCompression> negotiateCompression(HttpRequest request) {
        Deflate deflate = options.deflate();
        return deflate == null
                ? Optional.empty()
                : NegotiatedCompression.negotiate(
                        deflate, ExtensionOffer.parse(request.headers("Sec-WebSocket-Extensions")), memory);
    }

    private static List<String> offeredSubprotocols(HttpRequest request) {
        List<String> offered = new ArrayList<>();
        for (String header : request.headers("Sec-WebSocket-Protocol")) {
            for (String name : header.split(",", -1)) {
                if (!name.isBlank()) {
                    offered.add(name.trim());
                }
            }
        }
        return offered;
    }

    private static boolean isKey(String key) {
        try {
            return Base64.getDecoder().decode(key).length == 16;
        } catch (IllegalArgumentException e) {
            return false;
        }
    }

    private static String accept(String key) {
        try {
            byte[] hash = MessageDigest.getInstance("SHA-1").digest((key + GUID).getBytes(StandardCharsets.US_ASCII));
            return Base64.getEncoder().encodeToString(hash);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }
}
