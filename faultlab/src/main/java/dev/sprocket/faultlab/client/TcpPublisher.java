package dev.sprocket.faultlab.client;

import dev.sprocket.faultlab.history.Sent;
import dev.sprocket.faultlab.host.Node;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;

/** Publishes by lines to the TCP bridge, without waiting for its answers. */
final class TcpPublisher implements Client.Session {
    private static final int MAX_WAITING = 200;
    private static final long SILENCE_NANOS = 10_000_000_000L;

    private final String name;
    private final Outbox outbox;
    private final List<String> topics;
    private final int pauseMillis;

    TcpPublisher(String name, Outbox outbox, List<String> topics, int pauseMillis) {
        this.name = name;
        this.outbox = outbox;
        this.topics = topics;
        this.pauseMillis = pauseMillis;
    }

    @Override
    public void run(Node node, Client client) throws Exception {
        String identity = outbox.identity(name);
        Deque<Sent> waiting = new ArrayDeque<>();
        try (Socket socket = new Socket()) {
            socket.connect(new InetSocketAddress(node.address(), node.tcpPort()), 3000);
            send(socket, Node.TOKEN);
            StringBuilder answer = new StringBuilder();
            long heardAt = System.nanoTime();
            long number = 1;
            while (!client.isStopping() || !waiting.isEmpty()) {
                if (!client.isStopping() && waiting.size() < MAX_WAITING) {
                    String topic = topics.get(client.random().nextInt(topics.size()));
                    Sent sent = outbox.next(identity, number++, topic, node.name());
                    waiting.add(sent);
                    send(socket, "{\"topic\":\"" + topic + "\",\"event\":" + Outbox.json(sent) + "}");
                }
                Thread.sleep(pauseMillis);
                if (read(socket, answer, waiting) || waiting.isEmpty()) {
                    heardAt = System.nanoTime();
                } else if (System.nanoTime() - heardAt > SILENCE_NANOS) {
                    throw new IOException("silent for 10 s");
                }
            }
        }
    }

    private static void send(Socket socket, String line) throws IOException {
        socket.getOutputStream().write((line + "\n").getBytes(StandardCharsets.UTF_8));
    }

    /** Reads the answers that are there; returns true if there is one. */
    private boolean read(Socket socket, StringBuilder answer, Deque<Sent> waiting) throws IOException {
        InputStream in = socket.getInputStream();
        boolean any = false;
        socket.setSoTimeout(1);
        while (true) {
            int next;
            try {
                next = in.read();
            } catch (java.net.SocketTimeoutException e) {
                return any;
            }
            if (next < 0) {
                throw new IOException("closed");
            }
            if (next != '\n') {
                answer.append((char) next);
                continue;
            }
            String line = answer.toString();
            answer.setLength(0);
            Sent sent = waiting.poll();
            if (sent == null) {
                throw new IOException("unexpected: " + line);
            }
            any = true;
            boolean acknowledged = line.startsWith("ok");
            outbox.answered(sent, acknowledged ? Sent.Outcome.ACKNOWLEDGED : Sent.Outcome.REFUSED, null);
            if (in.available() == 0) {
                return any;
            }
        }
    }
}
