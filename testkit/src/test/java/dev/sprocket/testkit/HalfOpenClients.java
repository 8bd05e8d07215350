package dev.sprocket.testkit;

import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * Clients that send half of a request's head and fall silent, in a process of their own: the two ends of so many sockets
 * are more than one may have. Says {@code open} when all are; after a line on its input, how many were answered with 408.
 */
final class HalfOpenClients implements AutoCloseable {
    /** More than a thousand from one address would run out of ports somewhere. */
    private static final int FROM_ONE_ADDRESS = 1_000;

    private final Process process;

    HalfOpenClients(int port, int count) throws Exception {
        process = new ProcessBuilder(
                        System.getProperty("java.home") + "/bin/java",
                        "-cp",
                        System.getProperty("java.class.path"),
                        HalfOpenClients.class.getName(),
                        String.valueOf(port),
                        String.valueOf(count))
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
    }

    /** The next line that it says. */
    String says() throws Exception {
        return process.inputReader().readLine();
    }

    void read() throws Exception {
        process.outputWriter().write("read\n");
        process.outputWriter().flush();
    }

    @Override
    public void close() throws Exception {
        process.destroyForcibly().waitFor(20, TimeUnit.SECONDS);
    }

    public static void main(String[] args) throws Exception {
        InetSocketAddress server = new InetSocketAddress("127.0.0.1", Integer.parseInt(args[0]));
        byte[] half = WsPeer.handshake("/").substring(0, 60).getBytes(StandardCharsets.US_ASCII);
        List<Socket> sockets = new ArrayList<>();
        while (sockets.size() < Integer.parseInt(args[1])) {
            Socket socket = new Socket();
            socket.bind(new InetSocketAddress(
                    InetAddress.getByName("127.0.0." + (2 + sockets.size() / FROM_ONE_ADDRESS)), 0));
            socket.connect(server, 20_000);
            socket.setSoTimeout(20_000);
            socket.getOutputStream().write(half);
            sockets.add(socket);
        }
        System.out.println("open");
        int asked = System.in.read();
        int refused = 0;
        for (Socket socket : sockets) {
            try (InputStream in = socket.getInputStream()) {
                refused += new String(in.readAllBytes(), StandardCharsets.US_ASCII).startsWith("HTTP/1.1 408 ") ? 1 : 0;
            }
        }
        System.out.println(asked < 0 ? "nobody asked" : refused + " refused");
    }
}
