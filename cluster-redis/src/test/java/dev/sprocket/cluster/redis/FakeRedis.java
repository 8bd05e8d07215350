package dev.sprocket.cluster.redis;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Function;

/** Redis that gives one answer for each command, also rare ones. */
final class FakeRedis implements AutoCloseable {
    private static final Set<String> SUBCOMMANDS = Set.of("SCRIPT", "CLIENT", "CONFIG");

    private final ServerSocket listening = new ServerSocket(0, 10, InetAddress.getLoopbackAddress());
    private final List<Socket> clients = new CopyOnWriteArrayList<>();
    private final Function<String, String> answers;

    /** Starts a server with answers by names of commands, without the last CRLF. */
    FakeRedis(Function<String, String> answers) throws IOException {
        this.answers = answers;
        thread(this::accept);
    }

    /** Returns the answer to {@code INFO} of a primary of a version. */
    static String info(String version) {
        String text = "redis_version:" + version + "\r\nrole:master\r\nmaster_replid:1\r\nconnected_slaves:0\r\n";
        return "$" + text.length() + "\r\n" + text;
    }

    private static void thread(Runnable task) {
        Thread thread = new Thread(task, "fake-redis");
        thread.setDaemon(true);
        thread.start();
    }

    String uri() {
        return "redis://127.0.0.1:" + listening.getLocalPort();
    }

    private void accept() {
        try {
            while (true) {
                Socket client = listening.accept();
                clients.add(client);
                thread(() -> serve(client));
            }
        } catch (IOException ended) {
            // closed
        }
    }

    private void serve(Socket client) {
        try (client) {
            BufferedReader in =
                    new BufferedReader(new InputStreamReader(client.getInputStream(), StandardCharsets.ISO_8859_1));
            OutputStream out = client.getOutputStream();
            for (String line = in.readLine(); line != null; line = in.readLine()) {
                String[] words = new String[Integer.parseInt(line.substring(1))];
                for (int i = 0; i < words.length; i++) {
                    char[] word = new char[Integer.parseInt(in.readLine().substring(1))];
                    for (int read = 0; read < word.length; ) {
                        read += in.read(word, read, word.length - read);
                    }
                    words[i] = new String(word);
                    in.readLine();
                }
                String name = words[0].toUpperCase(Locale.ROOT);
                String answer = answers.apply(SUBCOMMANDS.contains(name) ? name + " " + words[1] : name);
                out.write((answer + "\r\n").getBytes(StandardCharsets.ISO_8859_1));
                out.flush();
            }
        } catch (IOException ended) {
            // closed by one side
        }
    }

    @Override
    public void close() throws IOException {
        listening.close();
        for (Socket client : clients) {
            client.close();
        }
    }
}
