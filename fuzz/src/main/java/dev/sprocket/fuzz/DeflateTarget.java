package dev.sprocket.fuzz;

import com.code_intelligence.jazzer.api.FuzzedDataProvider;
import dev.sprocket.core.EchoServer;
import dev.sprocket.http.HttpServer;
import dev.sprocket.testkit.WsPeer;
import dev.sprocket.websocket.Deflate;
import dev.sprocket.websocket.WsLimits;
import dev.sprocket.websocket.WsServer;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * Target for compressed and fragmented messages, with every permessage-deflate agreement.
 *
 * <p>Correctly compressed messages are echoed unchanged. The response to any other input consists of well-formed frames
 * that can be inflated.
 */
public final class DeflateTarget {
    private static final WsLimits SMALL =
            WsLimits.DEFAULT.frame(1000).message(2000).fragments(8);

    private final FuzzedDataProvider input;
    private final Target target;

    private DeflateTarget(FuzzedDataProvider input) {
        this.input = input;
        this.target = new Target(
                new HttpServer(new WsServer(new EchoServer()).limits(SMALL).compress(options(input))));
    }

    private static Deflate options(FuzzedDataProvider input) {
        Deflate options = Deflate.DEFAULT.threshold(input.consumeInt(0, 100)).level(input.consumeInt(1, 9));
        options = input.consumeBoolean() ? options.serverContextTakeover() : options;
        return input.consumeBoolean() ? options.clientMemory(0) : options;
    }

    /** Entry point for Jazzer. */
    public static void fuzzerTestOneInput(FuzzedDataProvider input) {
        new DeflateTarget(input).run();
    }

    private void run() {
        String offer =
                input.consumeBoolean() ? offer() : input.consumeAsciiString(60).replaceAll("[^ -~]", "");
        target.write(WsPeer.handshake("/", "Sec-WebSocket-Extensions: " + offer).getBytes(StandardCharsets.US_ASCII));
        String response = target.socket().readText();
        if (response.startsWith("HTTP/1.1 101 ") && response.contains("permessage-deflate")) {
            try (DeflateClient client = new DeflateClient(response)) {
                exchange(client);
            }
        } else if (!response.startsWith("HTTP/1.1 ")) {
            throw new AssertionError("not an HTTP response: " + response);
        }
        target.end();
    }

    private String offer() {
        return "permessage-deflate"
                + (input.consumeBoolean() ? "; server_no_context_takeover" : "")
                + (input.consumeBoolean() ? "; client_no_context_takeover" : "")
                + (input.consumeBoolean() ? "; server_max_window_bits=" + input.consumeInt(7, 16) : "")
                + (input.consumeBoolean() ? "; client_max_window_bits" : "");
    }

    private void exchange(DeflateClient client) {
        boolean valid = true;
        while (input.remainingBytes() > 0) {
            valid &= input.consumeBoolean();
            if (valid) {
                byte[] message = message();
                byte[] echoed = echo(client, client.compress(message), input.consumeBoolean());
                valid = message.length <= SMALL.message();
                if (valid && !Arrays.equals(echoed, message)) {
                    throw new AssertionError("echoed a different message: " + Arrays.toString(message));
                }
            } else {
                echo(client, input.consumeBytes(200), input.consumeBoolean());
            }
        }
    }

    /** Returns a message that repeats a few bytes of the input, sometimes past the limit. */
    private byte[] message() {
        byte[] part = input.consumeBytes(input.consumeInt(0, 200));
        int repeats = input.consumeInt(1, 20);
        byte[] message = new byte[part.length * repeats];
        for (int i = 0; i < message.length; i++) {
            message[i] = part[i % part.length];
        }
        return message;
    }

    /** Sends a message in fragments chosen by the input, and returns the response without pongs. */
    private byte[] echo(DeflateClient client, byte[] payload, boolean pings) {
        ByteArrayOutputStream echoed = new ByteArrayOutputStream();
        int fragments = input.consumeInt(1, SMALL.fragments());
        int start = 0;
        for (int i = 1; i <= fragments; i++) {
            int end = i == fragments ? payload.length : input.consumeInt(start, payload.length);
            target.write(WsPeer.frame(i == fragments, i == 1 ? 0x42 : 0, Arrays.copyOfRange(payload, start, end)));
            start = end;
            if (pings) {
                target.write(WsPeer.frame(true, 9, new byte[] {1}));
            }
            for (ServerFrames.Frame frame : ServerFrames.read(target.socket().read(), true)) {
                if (frame.opcode() < 8) {
                    echoed.writeBytes(frame.isCompressed() ? client.decompress(frame.payload()) : frame.payload());
                }
            }
        }
        return echoed.toByteArray();
    }
}
