package dev.sprocket.websocket;

import dev.sprocket.core.spi.PeerLog;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What was agreed about compression with one client (RFC 7692 7.1).
 *
 * @param serverTakeover whether our messages may refer to earlier ones
 * @param clientWindow how far back, in bytes, the client's messages may refer to earlier ones; 0 for not at all
 * @param serverBits the window of ours, as a power of two, 8 to 15
 * @param header the answer: says nothing that the client has not offered, since some clients then fail the handshake
 */
record NegotiatedCompression(Deflate options, boolean serverTakeover, int clientWindow, int serverBits, String header) {
    private static final PeerLog LOG = PeerLog.of(WsServer.class);
    private static final String NAME = "permessage-deflate";
    /** What a zlib uses that is asked for 2^8. */
    private static final int LEAST_WINDOW = 1 << 9;

    /**
     * The first offer that can be accepted, with its memory reserved; one that cannot is passed over, and logged. An offer
     * for which there is no memory is passed over too.
     */
    static Optional<NegotiatedCompression> agree(
            Deflate options, List<ExtensionOffer> offers, CompressionMemory windows) {
        for (ExtensionOffer offer : offers) {
            if (offer.name().equals(NAME)) {
                try {
                    NegotiatedCompression agreed = accept(options, offer);
                    if (windows.reserve(agreed.clientWindow)) {
                        return Optional.of(agreed);
                    }
                } catch (IllegalArgumentException e) {
                    LOG.info("offers", "compression offer declined: {}: {}", offer, e.getMessage());
                }
            }
        }
        return Optional.empty();
    }

    private static NegotiatedCompression accept(Deflate options, ExtensionOffer offer) {
        boolean serverTakeover = options.serverTakeover();
        boolean clientTakeover = true;
        int bits = Deflate.WINDOW_BITS;
        int clientBits = Deflate.WINDOW_BITS;
        StringBuilder header = new StringBuilder(NAME);
        Set<String> seen = new HashSet<>();
        for (ExtensionOffer.Parameter parameter : offer.parameters()) {
            if (!seen.add(parameter.name())) {
                throw new IllegalArgumentException(parameter.name() + " twice (RFC 7692 7.1)");
            }
            switch (parameter.name()) {
                case "server_no_context_takeover" -> {
                    noValue(parameter);
                    serverTakeover = false;
                    header.append("; server_no_context_takeover");
                }
                case "client_no_context_takeover" -> {
                    noValue(parameter);
                    clientTakeover = false;
                    header.append("; client_no_context_takeover");
                }
                case "server_max_window_bits" -> {
                    bits = bits(parameter);
                    header.append("; server_max_window_bits=").append(bits);
                }
                case "client_max_window_bits" -> {
                    int offered = parameter.value() == null ? Deflate.WINDOW_BITS : bits(parameter);
                    clientBits = Math.min(offered, options.clientBits());
                    if (clientBits < Deflate.WINDOW_BITS) {
                        header.append("; client_max_window_bits=").append(clientBits);
                    }
                }
                default -> throw new IllegalArgumentException(parameter + " (expected: parameters of RFC 7692 7.1)");
            }
        }
        return new NegotiatedCompression(
                options,
                serverTakeover && bits == Deflate.WINDOW_BITS,
                clientTakeover ? Math.max(LEAST_WINDOW, 1 << clientBits) : 0,
                bits,
                header.toString());
    }

    private static void noValue(ExtensionOffer.Parameter parameter) {
        if (parameter.value() != null) {
            throw new IllegalArgumentException(parameter + " (expected: no value, RFC 7692 7.1.1)");
        }
    }

    private static int bits(ExtensionOffer.Parameter parameter) {
        @Nullable String value = parameter.value();
        if (value == null || !value.matches("8|9|1[0-5]")) {
            throw new IllegalArgumentException(parameter + " (expected: 8-15, RFC 7692 7.1.2)");
        }
        return Integer.parseInt(value);
    }

    /** What inflates the messages of this client. */
    MessageInflater inflation(int limit) {
        return new MessageInflater(clientWindow == 0 ? null : new InflateWindow(clientWindow), limit);
    }

    /** What others with the same agreement share. */
    DeflateEncoder framing() {
        return options.framing(serverBits);
    }
}
