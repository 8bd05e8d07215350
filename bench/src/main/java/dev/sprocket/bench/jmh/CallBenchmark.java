package dev.sprocket.bench.jmh;

import dev.sprocket.bench.client.ClientFrames;
import dev.sprocket.bench.peer.SprocketPeer;
import dev.sprocket.core.io.IoServer;
import dev.sprocket.http.HttpServer;
import dev.sprocket.wamp.server.WampServer;
import dev.sprocket.websocket.WsServer;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.Setup;

/**
 * Measures a routed call of WAMP v2 in JSON: CALL, INVOCATION, YIELD, RESULT.
 *
 * <p>The result includes the creation of the two client frames. Use {@code -prof gc} to measure allocated bytes.
 */
@OperationsPerInvocation(CallBenchmark.ITERATIONS)
public class CallBenchmark extends TimedOnLoop {
    static final int ITERATIONS = 500;

    private static final String PROCEDURE = "com.example.bench.back";
    private static final String ARGUMENTS = "[\"" + "x".repeat(20) + "\"]";

    /** Id of the last call, and of its invocation: both clients count from 1. */
    private long calls;

    /** Opens the connections of the caller and the callee, and registers the procedure. */
    @Setup(Level.Trial)
    public void open() throws InterruptedException {
        WampServer server = new WampServer(new SprocketPeer.OpenTopics());
        loop.open(2, channel -> IoServer.attach(channel, new HttpServer(new WsServer(server))));
        loop.upgrade("wamp.2.json");
        loop.send(ClientFrames.text("[1,\"realm1\",{\"roles\":{\"caller\":{},\"callee\":{}}}]"));
        loop.runIterations(1, () -> callee().receive(ClientFrames.text("[64,1,{},\"" + PROCEDURE + "\"]")));
        long before = loop.written();
        calls();
        if (loop.written() - before < ITERATIONS * 50) {
            throw new IllegalStateException("missing results");
        }
    }

    private MemoryChannel caller() {
        return loop.channels().get(0);
    }

    private MemoryChannel callee() {
        return loop.channels().get(1);
    }

    /** Makes one call per loop iteration. */
    @Benchmark
    public void calls() throws InterruptedException {
        loop.runIterations(ITERATIONS, () -> {
            calls++;
            caller().receive(ClientFrames.text("[48," + calls + ",{},\"" + PROCEDURE + "\"," + ARGUMENTS + "]"));
            callee().receive(ClientFrames.text("[70," + calls + ",{}," + ARGUMENTS + "]"));
        });
    }
}
