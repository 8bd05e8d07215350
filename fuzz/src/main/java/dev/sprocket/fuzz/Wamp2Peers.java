package dev.sprocket.fuzz;

import com.code_intelligence.jazzer.api.FuzzedDataProvider;
import com.google.gson.JsonParser;
import dev.sprocket.pubsub.Audience;
import dev.sprocket.pubsub.Event;
import dev.sprocket.pubsub.Topic;
import dev.sprocket.testkit.MemorySocket;
import dev.sprocket.wamp.Call;
import dev.sprocket.wamp.WampComponent;
import dev.sprocket.wamp.WampConnection;
import dev.sprocket.wamp.rawsocket.RawSocket;
import dev.sprocket.wamp.server.WampServer;
import dev.sprocket.wamp.spi.Serializer;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/**
 * WAMP v2 client that sends the fuzzed input, and a subscribed JSON client.
 *
 * <p>The first client uses the serialization under test; the second is subscribed to all events. All messages that the
 * server sends to both must be valid.
 */
final class Wamp2Peers implements WampComponent {
    private static final String JSON_HELLO = "[1,\"realm1\",{\"roles\":{\"subscriber\":{}}}]";

    private final Serializer serializer;
    private final MemorySocket fuzzed;
    private final MemorySocket neighbour;

    private Wamp2Peers(Serializer serializer) {
        RawSocket stack = new RawSocket(new WampServer(this).overRawSocket());
        this.serializer = serializer;
        this.fuzzed = MemorySocket.to(stack);
        this.neighbour = MemorySocket.to(stack);
        fuzzed.write(new byte[] {0x7F, (byte) (0xF0 | serializer.rawSocketId()), 0, 0});
        neighbour.write(new byte[] {0x7F, (byte) 0xF1, 0, 0});
        fuzzed.read();
        neighbour.read();
        send(neighbour, JSON_HELLO.getBytes(StandardCharsets.UTF_8));
        for (String options : new String[] {"{}", "{\"match\":\"prefix\"}", "{\"match\":\"wildcard\"}"}) {
            int request = options.length() == 2 ? 1 : options.contains("prefix") ? 2 : 3;
            send(
                    neighbour,
                    ("[32," + request + "," + options + ",\"" + (request == 3 ? "." : "t") + "\"]")
                            .getBytes(StandardCharsets.UTF_8));
        }
    }

    private static void send(MemorySocket socket, byte[] message) {
        socket.write(ByteBuffer.allocate(4 + message.length)
                .putInt(message.length)
                .put(message)
                .array());
    }

    /** Sends the input as messages and checks all responses. */
    static void run(Serializer serializer, FuzzedDataProvider input) {
        Wamp2Peers peers = new Wamp2Peers(serializer);
        Serializer.Writer hello =
                serializer.writer().list(3).number(1L).text("realm1").map(1).text("roles");
        hello.map(1).text("caller").map(0).end().end().end().end();
        send(peers.fuzzed, hello.bytes());
        while (input.remainingBytes() > 0) {
            byte[] message = input.consumeBytes(input.consumeInt(1, 200));
            send(peers.fuzzed, message);
            peers.check();
        }
        peers.fuzzed.close();
        peers.check();
        peers.neighbour.close();
    }

    private void check() {
        for (ByteBuffer in = ByteBuffer.wrap(neighbour.read()); in.hasRemaining(); ) {
            var unused = JsonParser.parseString(new String(next(in), StandardCharsets.UTF_8));
        }
        for (ByteBuffer in = ByteBuffer.wrap(fuzzed.read()); in.hasRemaining(); ) {
            byte[] message = next(in);
            Serializer.Reader reader = serializer.reader(message, 0, message.length);
            if (reader.sliceOrEnd() == null) {
                throw new AssertionError("empty message");
            }
            reader.expectEnd();
        }
        if (!neighbour.isOpen()) {
            throw new AssertionError("neighbour connection affected");
        }
    }

    private static byte[] next(ByteBuffer in) {
        byte[] message = new byte[in.getInt()];
        in.get(message);
        return message;
    }

    @Override
    public void onPublish(WampConnection conn, Topic topic, Event event, Audience audience) {
        var unused = event.tree();
        topic.broadcast(event, audience);
    }

    @Override
    public void onCall(WampConnection conn, Call call) {
        call.result(call.arguments());
    }
}
