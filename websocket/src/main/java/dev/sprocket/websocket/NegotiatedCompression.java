package dev.sprocket.websocket;

import dev.sprocket.core.internal.log.PeerLog;
import dev.sprocket.websocket.internal.compression.ContextTakeover;
import dev.sprocket.websocket.internal.compression.DeflateEncoder;
import dev.sprocket.websocket.internal.compression.ExtensionOffer;
import dev.sprocket.websocket.internal.compression.InflateWindow;
import dev.sprocket.websocket.internal.compression.MessageInflater;
import dev.sprocket.websocket.internal.compression.SharedFrameDetector;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Compression parameters that were negotiated with one client (RFC 7692 7.1).
 *
 * @param options compression settings of the server
 * @param serverTakeover true if messages of the server may refer to earlier ones
 * @param clientWindow distance, in bytes, that messages of the client may refer back; 0 without context takeover
 * @param serverBits window of the server, as a power of two, 8 to 15
 * @param header value of the response header; contains no parameter that the client did not offer, because some clients
 *     would fail the handshake
 */
record NegotiatedCompression(Deflate options, boolean serverTakeover, int clientWindow, int serverBits, String header) {
    private static final PeerLog LOG = WsLog.LOG;
    private static final String NAME = "permessage-deflate";
    /** Smallest window, in bytes: zlib uses 2^9 when asked for 2^8. */
    private static final int MIN_WINDOW = 1 << 9;

    /**
     * Accepts the first acceptable offer and reserves its memory.
     *
     * <p>An invalid offer is skipped and logged; an offer without free memory is skipped.
     */
    static Optional<NegotiatedCompression> negotiate(
            Deflate options, List<ExtensionOffer> offers, CompressionMemory memory) {
        for (ExtensionOffer offer : offers) {
            if (offer.name().equals(NAME)) {
                try {
                    NegotiatedCompression accepted = accept(options, offer);
                    if (memory.reserve(accepted.clientWindow)) {
                        return Optional.of(accepted);
                    }
                } catch (IllegalArgumentException e) {
                    LOG.info(
                            "offers",
                            "compression offer ignored: offer=\"{}\" reason=\"{}\" (without another valid offer the"
                                    + " connection is not compressed)",
                            offer,
                            e.getMessage());
                }
            }
        }
        return Optional.empty();
    }

    private static NegotiatedCompression accept(Deflate options, ExtensionOffer offer) {
        boolean serverTakeover = options.serverTakeover();
        boolean clientTakeover = true;
        int bits = DeflateEncoder.WINDOW_BITS;
        int clientBits = DeflateEncoder.WINDOW_BITS;
        StringBuilder header = new StringBuilder(NAME);
        Set<String> seen = new HashSet<>();
        for (ExtensionOffer.Parameter parameter : offer.parameters()) {
            if (!seen.add(parameter.name())) {
                throw new IllegalArgumentException("duplicate parameter " + parameter.name() + " (RFC 7692 7.1)");
            }
            switch (parameter.name()) {
                case "server_no_context_takeover" -> {
                    requireNoValue(parameter);
                    serverTakeover = false;
                    header.append("; server_no_context_takeover");
                }
                case "client_no_context_takeover" -> {
                    requireNoValue(parameter);
                    clientTakeover = false;
                    header.append("; client_no_context_takeover");
                }
                case "server_max_window_bits" -> {
                    bits = bits(parameter);
                    header.append("; server_max_window_bits=").append(bits);
                }
                case "client_max_window_bits" -> {
                    int offered = parameter.value() == null ? DeflateEncoder.WINDOW_BITS : bits(parameter);
                    clientBits = Math.min(offered, options.clientBits());
                    if (clientBits < DeflateEncoder.WINDOW_BITS) {
                        header.append("; client_max_window_bits=").append(clientBits);
                    }
                }
                default -> throw new IllegalArgumentException(parameter + " (expected: parameters of RFC 7692 7.1)");
            }
        }
        return new NegotiatedCompression(
                options,
                serverTakeover && bits == DeflateEncoder.WINDOW_BITS,
                clientTakeover ? Math.max(MIN_WINDOW, 1 << clientBits) : 0,
                bits,
                header.toString());
    }

    private static void requireNoValue(ExtensionOffer.Parameter parameter) {
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

    /** Creates a decompressor for the messages of this client. */
    MessageInflater newInflater(int limit) {
        return new MessageInflater(clientWindow == 0 ? null : new InflateWindow(clientWindow), limit);
    }

    /** Creates a compressor that may refer to earlier messages. */
    ContextTakeover newTakeover(SharedFrameDetector detector) {
        return new ContextTakeover(encoder(), options.level(), detector);
    }

    /** Returns the encoder that connections with the same parameters share. */
    DeflateEncoder encoder() {
        return options.encoder(serverBits);
    }
}
