package dev.sprocket.websocket;

import dev.sprocket.http.HttpRequest;
import dev.sprocket.http.HttpResponse;
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

/** The server's side of the opening handshake (RFC 6455 4.2). */
final class Handshake {
    private static final String GUID = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";

    private final List<String> known;
    private final WsOptions options;
    /** Those of the HyBi drafts shake hands as RFC 6455 does. */
    private final Set<String> versions;

    private final CompressionMemory windows;

    Handshake(List<String> known, WsOptions options) {
        this.known = List.copyOf(known);
        this.options = options;
        this.versions = options.hasOldDrafts() ? Set.of("13", "8", "7") : Set.of("13");
        Deflate deflate = options.deflate();
        this.windows = new CompressionMemory(deflate == null ? 0 : deflate.clientMemory());
    }

    /** The memory for compression that the agreed compressions take. */
    CompressionMemory windows() {
        return windows;
    }

    /** 101, or the answer that refuses, with the reason. */
    HttpResponse answer(HttpRequest request) {
        if (!request.method().equals("GET")) {
            return HttpResponse.error(405, "method (expected: GET, RFC 6455 4.1)")
                    .header("Allow", "GET");
        }
        // under HTTP/2 the request itself is the agreement: no Connection, no key (RFC 8441 5)
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
        List<String> asked = request.headers("Sec-WebSocket-Version");
        if (asked.size() != 1 || !versions.contains(asked.get(0))) {
            return upgradeRequired(request, "Sec-WebSocket-Version: " + asked + " (expected: 13, RFC 6455 4.2.2)");
        }
        List<String> keys = request.headers("Sec-WebSocket-Key");
        if (!stream && (keys.size() != 1 || !isKey(keys.get(0).trim()))) {
            return HttpResponse.error(
                    400, "Sec-WebSocket-Key: " + keys + " (expected: one, 16 bytes in base64, RFC 6455 4.2.1)");
        }
        Optional<HttpResponse> disagreement = disagreement(request);
        if (disagreement.isPresent()) {
            return disagreement.get();
        }
        Optional<String> agreed = subprotocol(request);
        HttpResponse answer =
                HttpResponse.of(101).header("Upgrade", "websocket").header("Connection", "Upgrade");
        HttpResponse proven = stream
                ? answer
                : answer.header("Sec-WebSocket-Accept", accept(keys.get(0).trim()));
        return agreed.map(name -> proven.header("Sec-WebSocket-Protocol", name)).orElse(proven);
    }

    /** 426 with what to upgrade to (RFC 9110 15.5.22); 400 in HTTP/2, which has no Upgrade (RFC 9113 8.6). */
    private HttpResponse upgradeRequired(HttpRequest request, String reason) {
        String all = versions.stream()
                .sorted(Comparator.<String, Integer>comparing(Integer::valueOf).reversed())
                .collect(Collectors.joining(", "));
        HttpResponse refusal = request.version().equals("HTTP/2.0")
                ? HttpResponse.error(400, reason)
                : HttpResponse.error(426, reason).header("Upgrade", "websocket");
        return refusal.header("Sec-WebSocket-Version", all);
    }

    /** The answer that refuses whoever speaks no subprotocol of ours, in any draft; empty if that does not matter. */
    Optional<HttpResponse> disagreement(HttpRequest request) {
        List<String> protocols = asked(request);
        boolean none = protocols.isEmpty() && known.isEmpty();
        return none || !options.strict() || subprotocol(request).isPresent()
                ? Optional.empty()
                : Optional.of(upgradeRequired(
                                request, "Sec-WebSocket-Protocol: " + protocols + " (expected: one of " + known + ")")
                        .header("Sec-WebSocket-Protocol", String.join(", ", known)));
    }

    /** The first one that the client lists and the server knows (RFC 6455 4.2.2). */
    Optional<String> subprotocol(HttpRequest request) {
        return asked(request).stream().filter(known::contains).findFirst();
    }

    /**
     * What is agreed about compression, its window reserved; empty if it is off. Throws {@link IllegalArgumentException}
     * for no grammar.
     */
    Optional<NegotiatedCompression> compression(HttpRequest request) {
        Deflate deflate = options.deflate();
        return deflate == null
                ? Optional.empty()
                : NegotiatedCompression.agree(
                        deflate, ExtensionOffer.parse(request.headers("Sec-WebSocket-Extensions")), windows);
    }

    private static List<String> asked(HttpRequest request) {
        List<String> asked = new ArrayList<>();
        for (String header : request.headers("Sec-WebSocket-Protocol")) {
            for (String name : header.split(",", -1)) {
                if (!name.isBlank()) {
                    asked.add(name.trim());
                }
            }
        }
        return asked;
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
