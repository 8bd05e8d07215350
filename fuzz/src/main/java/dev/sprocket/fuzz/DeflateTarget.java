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
 * Compressed messages in fragments, under any agreement that a client can get. What was compressed well comes back as it
 * was; what was not is answered with frames that are well-formed, and can be inflated.
 */
public final class DeflateTarget {
    private static final WsLimits SMALL = new WsLimits(1000, 2000, 8);

    private final FuzzedDataProvider input;
    private final Target target;

    private DeflateTarget(FuzzedDataProvider input) {
        this.input = input;
        this.target = new Target(new HttpServer(new WsServer(new EchoServer(), SMALL).compress(options(input))));
    }

    private static Deflate options(FuzzedDataProvider input) {
        Deflate options = Deflate.DEFAULT.threshold(input.consumeInt(0, 100)).level(input.consumeInt(1, 9));
        options = input.consumeBoolean() ? options.serverContextTakeover() : options;
        return input.consumeBoolean() ? options.clientMemory(0) : options;
    }

    /** Called by Jazzer. */
    public static void fuzzerTestOneInput(FuzzedDataProvider input) {
        new DeflateTarget(input).run();
    }

    private void run() {
        String offer =
                input.consumeBoolean() ? offer() : input.consumeAsciiString(60).replaceAll("[^ -~]", "");
        target.write(WsPeer.handshake("/", "Sec-WebSocket-Extensions: " + offer).getBytes(StandardCharsets.US_ASCII));
        String answer = target.socket().readText();
        if (answer.startsWith("HTTP/1.1 101 ") && answer.contains("permessage-deflate")) {
            try (DeflateClient client = new DeflateClient(answer)) {
                talk(client);
            }
        } else if (!answer.startsWith("HTTP/1.1 ")) {
            throw new AssertionError("not an HTTP answer: " + answer);
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

    private void talk(DeflateClient client) {
        boolean good = true;
        while (input.remainingBytes() > 0) {
            good &= input.consumeBoolean();
            if (good) {
                byte[] message = message();
                byte[] back = echo(client, client.compress(message), input.consumeBoolean());
                good = message.length <= SMALL.message();
                if (good && !Arrays.equals(back, message)) {
                    throw new AssertionError("came back another: " + Arrays.toString(message));
                }
            } else {
                echo(client, input.consumeBytes(200), input.consumeBoolean());
            }
        }
    }

    /** Few bytes of the input, and many of the message; sometimes too many. */
    private byte[] message() {
        byte[] part = input.consumeBytes(input.consumeInt(0, 200));
        int times = input.consumeInt(1, 20);
        byte[] message = new byte[part.length * times];
        for (int i = 0; i < message.length; i++) {
            message[i] = part[i % part.length];
        }
        return message;
    }

    /** Sends a message in as many fragments as the input likes, and returns what came back, pongs aside. */
    private byte[] echo(DeflateClient client, byte[] payload, boolean pings) {
        ByteArrayOutputStream back = new ByteArrayOutputStream();
        int fragments = input.consumeInt(1, SMALL.fragments());
        int at = 0;
        for (int i = 1; i <= fragments; i++) {
            int end = i == fragments ? payload.length : input.consumeInt(at, payload.length);
            target.write(WsPeer.frame(i == fragments, i == 1 ? 0x42 : 0, Arrays.copyOfRange(payload, at, end)));
            at = end;
            if (pings) {
                target.write(WsPeer.frame(true, 9, new byte[] {1}));
            }
            for (ServerFrames.Frame frame : ServerFrames.read(target.socket().read(), true)) {
                if (frame.opcode() < 8) {
                    back.writeBytes(frame.isCompressed() ? client.decompress(frame.payload()) : frame.payload());
                }
            }
        }
        return back.toByteArray();
    }
}
