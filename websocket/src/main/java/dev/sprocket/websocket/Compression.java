package dev.sprocket.websocket;

import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What was agreed about compression with one client (RFC 7692 7.1).
 *
 * @param serverTakeover whether our messages may refer to earlier ones
 * @param clientTakeover whether the client's may
 * @param serverBits the window of ours, as a power of two, 8 to 15
 * @param answersBits whether the client asked for a window, and is told
 */
record Compression(
        Deflate options, boolean serverTakeover, boolean clientTakeover, int serverBits, boolean answersBits) {
    private static final Logger LOG = LoggerFactory.getLogger(WsServer.class);
    private static final String NAME = "permessage-deflate";

    /** The first offer that can be accepted; one that cannot is passed over, and logged. */
    static Optional<Compression> agree(Deflate options, List<Extension> offers) {
        for (Extension offer : offers) {
            if (offer.name().equals(NAME)) {
                try {
                    return Optional.of(accept(options, offer));
                } catch (IllegalArgumentException e) {
                    LOG.info("offer declined: {}: {}", offer, e.getMessage());
                }
            }
        }
        return Optional.empty();
    }

    private static Compression accept(Deflate options, Extension offer) {
        boolean serverTakeover = options.serverTakeover();
        boolean clientTakeover = options.clientTakeover();
        int bits = Deflate.WINDOW_BITS;
        boolean answersBits = false;
        Set<String> seen = new HashSet<>();
        for (Extension.Parameter parameter : offer.parameters()) {
            if (!seen.add(parameter.name())) {
                throw new IllegalArgumentException(parameter.name() + " twice (RFC 7692 7.1)");
            }
            switch (parameter.name()) {
                case "server_no_context_takeover" -> {
                    noValue(parameter);
                    serverTakeover = false;
                }
                case "client_no_context_takeover" -> {
                    noValue(parameter);
                    clientTakeover = false;
                }
                case "server_max_window_bits" -> {
                    bits = bits(parameter);
                    answersBits = true;
                }
                case "client_max_window_bits" -> {
                    // any window is read, so the client is not asked for a smaller one
                    if (parameter.value() != null) {
                        bits(parameter);
                    }
                }
                default -> throw new IllegalArgumentException(parameter + " (expected: parameters of RFC 7692 7.1)");
            }
        }
        return new Compression(
                options, serverTakeover && bits == Deflate.WINDOW_BITS, clientTakeover, bits, answersBits);
    }

    private static void noValue(Extension.Parameter parameter) {
        if (parameter.value() != null) {
            throw new IllegalArgumentException(parameter + " (expected: no value, RFC 7692 7.1.1)");
        }
    }

    private static int bits(Extension.Parameter parameter) {
        @Nullable String value = parameter.value();
        if (value == null || !value.matches("8|9|1[0-5]")) {
            throw new IllegalArgumentException(parameter + " (expected: 8-15, RFC 7692 7.1.2)");
        }
        return Integer.parseInt(value);
    }

    /** The answer to the offer. */
    String header() {
        return NAME
                + (serverTakeover ? "" : "; server_no_context_takeover")
                + (clientTakeover ? "" : "; client_no_context_takeover")
                + (answersBits ? "; server_max_window_bits=" + serverBits : "");
    }

    /** What others with the same agreement share. */
    DeflateFraming framing() {
        return options.framing(serverBits);
    }
}
