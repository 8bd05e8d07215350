package dev.sprocket.examples;

import static org.assertj.core.api.Assertions.assertThat;

import org.zeromq.SocketType;
import org.zeromq.ZContext;
import org.zeromq.ZMQ;

/** A backend that pushes by ZeroMQ. */
final class ZmqBackend {
    private ZmqBackend() {}

    /** Pushes one frame. JeroMQ as a client now and then connects and then hears nothing: then it is tried anew. */
    static void push(int port, String json) {
        boolean sent = false;
        for (int i = 0; i < 10 && !sent; i++) {
            try (ZContext context = new ZContext()) {
                ZMQ.Socket push = context.createSocket(SocketType.PUSH);
                // nothing is taken until the other side has answered, so nothing is lost with a deaf connection
                push.setImmediate(true);
                push.setSendTimeOut(2000);
                push.setLinger(10_000);
                push.connect("tcp://127.0.0.1:" + port);
                sent = push.send(json);
            }
        }
        assertThat(sent).as("pushed to port %d", port).isTrue();
    }
}
