package dev.sprocket.fuzz;

import java.io.ByteArrayOutputStream;
import java.util.Arrays;
import java.util.zip.DataFormatException;
import java.util.zip.Deflater;
import java.util.zip.Inflater;

/** Client side of permessage-deflate (RFC 7692 7.2), configured by the server's response. */
final class DeflateClient implements AutoCloseable {
    private final boolean serverTakeover;
    private final boolean clientTakeover;
    private final Deflater deflater = new Deflater(6, true);
    private final Inflater inflater = new Inflater(true);

    DeflateClient(String response) {
        serverTakeover = !response.contains("server_no_context_takeover");
        clientTakeover = !response.contains("client_no_context_takeover");
    }

    byte[] compress(byte[] message) {
        deflater.setInput(message);
        byte[] out = new byte[message.length + 1024];
        int size = deflater.deflate(out, 0, out.length, Deflater.SYNC_FLUSH);
        if (!clientTakeover) {
            deflater.reset();
        }
        // zlib flushes no bytes for an empty message (RFC 7692 7.2.3.6)
        return size < 4 ? new byte[1] : Arrays.copyOf(out, size - 4);
    }

    byte[] decompress(byte[] payload) {
        byte[] whole = Arrays.copyOf(payload, payload.length + 4);
        whole[payload.length + 2] = (byte) 0xFF;
        whole[payload.length + 3] = (byte) 0xFF;
        inflater.setInput(whole);
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        byte[] buffer = new byte[1024];
        try {
            for (int n = inflater.inflate(buffer); n > 0; n = inflater.inflate(buffer)) {
                out.write(buffer, 0, n);
            }
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
        deflater.end();
        inflater.end();
    }
}
