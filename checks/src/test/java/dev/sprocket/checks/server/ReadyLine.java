package dev.sprocket.checks.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sprocket.leaktest.SpinWait;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Line that {@code sprocket serve} logs when it is ready.
 *
 * @param text the line, with the addresses of listeners and bridges
 */
public record ReadyLine(String text) {
    private static final Pattern LINE = Pattern.compile(".*server ready: addresses=\"([^\"]*)\".*\n");

    /** Waits until a process has written the line to its log. */
    public static ReadyLine await(Process server, Path log) throws IOException, InterruptedException {
        while (true) {
            boolean alive = server.isAlive();
            String written = Files.exists(log) ? Files.readString(log) : "";
            Matcher line = LINE.matcher(written);
            if (line.find()) {
                return new ReadyLine(line.group(1));
            }
            assertThat(alive).as(written).isTrue();
            SpinWait.once();
        }
    }

    /** Returns the address of a listener or bridge, as host and port. */
    public String address(String name) {
        for (String one : text.split(" ")) {
            if (one.startsWith(name + "=")) {
                return one.substring(name.length() + 1);
            }
        }
        throw new AssertionError(name + " is missing: " + text);
    }

    /** Returns the port of a listener or bridge. */
    int port(String name) {
        String address = address(name);
        return Integer.parseInt(address.substring(address.lastIndexOf(':') + 1));
    }
}
