package dev.sprocket.websocket;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import dev.sprocket.core.Message;
import dev.sprocket.core.MessageComponent;
import dev.sprocket.leaktest.RawResponse;
import dev.sprocket.websocket.internal.frame.Opcode;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.zip.DataFormatException;
import java.util.zip.Deflater;
import java.util.zip.Inflater;

/** In-memory client with an independent implementation of permessage-deflate. */
final class DeflatePeer implements AutoCloseable {
    /**
     * Received message.
     *
     * @param bytes size of the frame payload
     */
    record Received(String text, boolean compressed, int bytes) {}

    final Peer peer = new Peer();
    private final boolean serverTakeover;
    private final boolean clientTakeover;
    private final int window;
    private int sinceFlush;
    private final Inflater inflater = new Inflater(true);
    private final Deflater deflater = new Deflater(9, true);
    final String negotiated;

    DeflatePeer(Deflate deflate, String offer, MessageComponent<? super WsConnection, ? super Message> app) {
        this(new WsServer(app).compress(deflate), offer);
    }

    DeflatePeer(WsServer server, String offer) {
        peer.serve(server);
        RawResponse response = peer.request(
                ClientFrames.HANDSHAKE.replace("\r\n\r\n", "\r\nSec-WebSocket-Extensions: " + offer + "\r\n\r\n"));
        negotiated = String.valueOf(response.header("sec-websocket-extensions"));
        serverTakeover = !negotiated.contains("server_no_context_takeover");
        clientTakeover = !negotiated.contains("client_no_context_takeover");
        Matcher bits = Pattern.compile("client_max_window_bits=(\\d+)").matcher(negotiated);
        window = bits.find() ? 1 << Integer.parseInt(bits.group(1)) : Integer.MAX_VALUE;
    }

    /** Returns the payload of a compressed message. */
    byte[] compress(byte[] message) {
        if (message.length == 0) {
            // zlib has nothing to flush (RFC 7692 7.2.3.6)
            return new byte[1];
        }
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        // the JDK supports one window size only; no reference reaches back over a full flush
        int at = 0;
        while (at < message.length) {
            int size = Math.min(message.length - at, window - sinceFlush);
            deflater.setInput(message, at, size);
            at += size;
            sinceFlush += size;
            boolean full = sinceFlush == window;
            flush(full ? Deflater.FULL_FLUSH : Deflater.SYNC_FLUSH, out);
            sinceFlush = full ? 0 : sinceFlush;
        }
        if (!clientTakeover) {
            deflater.reset();
            sinceFlush = 0;
        }
        byte[] all = out.toByteArray();
        return java.util.Arrays.copyOf(all, all.length - 4);
    }

    private void flush(int mode, ByteArrayOutputStream out) {
        byte[] buffer = new byte[4096];
        int n;
        do {
            n = deflater.deflate(buffer, 0, buffer.length, mode);
            out.write(buffer, 0, n);
        } while (n == buffer.length);
    }

    @CanIgnoreReturnValue
    DeflatePeer send(String text) {
        peer.send(ClientFrames.frame(0xC1, compress(text.getBytes(StandardCharsets.UTF_8)), new byte[] {1, 2, 3, 4}));
        return this;
    }

    List<Received> received() {
        List<Received> all = new ArrayList<>();
        ByteBuffer in = ByteBuffer.wrap(peer.wire.receivedBytes());
        while (in.hasRemaining()) {
            int first = in.get() & 0xFF;
            int size = in.get() & 0xFF;
            if (size == 126) {
                size = in.getShort() & 0xFFFF;
            } else if (size == 127) {
                size = Math.toIntExact(in.getLong());
            }
            byte[] payload = new byte[size];
            in.get(payload);
            if ((first & 0x0F) == Opcode.CLOSE) {
                all.add(new Received(
                        "close " + (ByteBuffer.wrap(payload).getShort() & 0xFFFF), (first & 0x40) != 0, size));
            } else {
                byte[] plain = (first & 0x40) == 0 ? payload : inflate(payload);
                all.add(new Received(new String(plain, StandardCharsets.UTF_8), (first & 0x40) != 0, size));
            }
        }
        return all;
    }

    private byte[] inflate(byte[] payload) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        byte[] whole = java.util.Arrays.copyOf(payload, payload.length + 4);
        whole[payload.length + 2] = (byte) 0xFF;
        whole[payload.length + 3] = (byte) 0xFF;
        inflater.setInput(whole);
        byte[] buffer = new byte[4096];
        try {
            int n;
            do {
                n = inflater.inflate(buffer);
                out.write(buffer, 0, n);
            } while (n > 0);
        } catch (DataFormatException e) {
            throw new AssertionError("invalid compressed data from the server", e);
        }
        if (!serverTakeover) {
            inflater.reset();
        }
        return out.toByteArray();
    }

    @Override
    public void close() {
        peer.close();
        inflater.end();
        deflater.end();
    }
}
