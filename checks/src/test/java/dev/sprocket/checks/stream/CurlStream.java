package dev.sprocket.checks.stream;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sprocket.checks.RequiredPrograms;
import java.io.BufferedReader;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** Event stream that {@code curl -N} reads. */
public final class CurlStream implements AutoCloseable {
    private final Process process;
    private final BufferedReader out;

    /**
     * Block of an event stream (HTML standard, 9.2.5); without a field it is empty text.
     *
     * @param type type of the event
     * @param id id of the event
     * @param data data of the event
     */
    public record Block(String type, String id, String data) {}

    private CurlStream(Process process) {
        this.process = process;
        this.out = process.inputReader();
    }

    /** Opens a stream; further arguments are those of curl. */
    public static CurlStream open(String url, String... arguments) throws IOException {
        RequiredPrograms.require("curl");
        List<String> command = new ArrayList<>(List.of("curl", "-sN", "--max-time", "30"));
        command.addAll(List.of(arguments));
        command.add(url);
        return new CurlStream(new ProcessBuilder(command).start());
    }

    /** Returns the next event; the reconnect time and comments are no events. */
    public Block next() throws IOException {
        String type = "";
        String id = "";
        String data = "";
        boolean any = false;
        for (String line = out.readLine(); line != null; line = out.readLine()) {
            if (line.startsWith("event: ")) {
                type = line.substring(7);
            } else if (line.startsWith("id: ")) {
                id = line.substring(4);
            } else if (line.startsWith("data: ")) {
                data = line.substring(6);
                any = true;
            } else if (line.isEmpty() && any) {
                return new Block(type, id, data);
            }
        }
        throw new AssertionError("end of the stream (expected: an event)");
    }

    /** Returns the events up to one of this type, which is included. */
    public List<Block> until(String type) throws IOException {
        List<Block> all = new ArrayList<>();
        do {
            all.add(next());
        } while (!all.get(all.size() - 1).type().equals(type));
        return all;
    }

    /** Waits until the connection ends, and returns curl's exit status. */
    int awaitEnd() throws InterruptedException {
        assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
        return process.exitValue();
    }

    /** Returns the data of events without a type. */
    public static List<String> messages(List<Block> blocks) {
        return blocks.stream()
                .filter(block -> block.type().isEmpty())
                .map(Block::data)
                .toList();
    }

    @Override
    public void close() {
        process.destroy();
    }
}
