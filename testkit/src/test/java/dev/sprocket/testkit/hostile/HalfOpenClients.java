package dev.sprocket.testkit.hostile;

import dev.sprocket.testkit.WsPeer;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * Clients that send an incomplete request, in a separate process.
 *
 * <p>One process could not have enough file descriptors for both ends of the sockets. Prints {@code open} when all
 * clients are connected, and after a line of input the number of 408 responses.
 */
final class HalfOpenClients implements AutoCloseable {
    /** Number of clients per local address; limited by the available ports. */
    private static final int PER_ADDRESS = 1_000;

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

    /** Returns the next line of output. */
    String nextLine() throws Exception {
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
        byte[] partialRequest = WsPeer.handshake("/").substring(0, 60).getBytes(StandardCharsets.US_ASCII);
        List<Socket> sockets = new ArrayList<>();
        while (sockets.size() < Integer.parseInt(args[1])) {
            Socket socket = new Socket();
            socket.bind(
                    new InetSocketAddress(InetAddress.getByName("127.0.0." + (2 + sockets.size() / PER_ADDRESS)), 0));
            socket.connect(server, 20_000);
            socket.setSoTimeout(20_000);
            socket.getOutputStream().write(partialRequest);
            sockets.add(socket);
        }
        System.out.println("open");
        int input = System.in.read();
        int rejected = 0;
        for (Socket socket : sockets) {
            try (InputStream in = socket.getInputStream()) {
                rejected +=
                        new String(in.readAllBytes(), StandardCharsets.US_ASCII).startsWith("HTTP/1.1 408 ") ? 1 : 0;
            }
        }
        System.out.println(input < 0 ? "no input" : rejected + " rejected");
    }
}
