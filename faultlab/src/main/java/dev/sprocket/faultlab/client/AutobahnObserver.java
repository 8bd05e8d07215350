package dev.sprocket.faultlab.client;

import com.google.gson.Gson;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import dev.sprocket.faultlab.host.Node;
import dev.sprocket.faultlab.host.Programs;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Observer by WAMP v2 with python3-autobahn, which recovers by {@code wamp.subscription.get_events}. */
final class AutobahnObserver implements Client.Session {
    private static final Gson GSON = new Gson();

    private final Journal journal;
    private final Set<String> logged;
    /** Arguments of the next recovery of each topic. */
    private final Map<String, JsonElement> marks = new HashMap<>();

    private volatile @Nullable Process process;
    private @Nullable BufferedReader lines;

    AutobahnObserver(Journal journal, Set<String> logged) {
        this.journal = journal;
        this.logged = logged;
    }

    static boolean isAvailable() {
        Path python = Programs.find("python3");
        return python != null && Programs.has("setpriv") && Programs.works(python.toString(), "-c", "import autobahn");
    }

    @Override
    public void run(Node node, Client client) throws Exception {
        Process running = process;
        if (running == null || !running.isAlive()) {
            running = start();
        }
        Map<String, Object> wanted = new TreeMap<>();
        wanted.put("url", node.webSocket("/ws").toString());
        wanted.put("topics", journal.topics());
        wanted.put("logged", logged);
        wanted.put("marks", marks);
        running.outputWriter(StandardCharsets.UTF_8)
                .append(GSON.toJson(wanted))
                .append('\n')
                .flush();
        BufferedReader notes = Objects.requireNonNull(lines);
        for (String line = notes.readLine(); line != null; line = notes.readLine()) {
            JsonObject note = JsonParser.parseString(line).getAsJsonObject();
            if (note.has("end")) {
                throw new IOException(note.get("end").getAsString());
            }
            if (client.isStopping()) {
                return;
            }
            onNote(note, node);
        }
    }

    private Process start() throws IOException {
        String script;
        try (InputStream in = AutobahnObserver.class.getResourceAsStream("autobahn.py")) {
            if (in == null) {
                throw new IOException("resource autobahn.py is missing");
            }
            script = new String(in.readAllBytes(), StandardCharsets.UTF_8);
        }
        String python = String.valueOf(Programs.find("python3"));
        Process started = new ProcessBuilder(
                        List.of("setpriv", "--pdeathsig", "KILL", "--", python, "-u", "-c", script))
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
        process = started;
        lines = new BufferedReader(new InputStreamReader(started.getInputStream(), StandardCharsets.UTF_8));
        return started;
    }

    private void onNote(JsonObject note, Node node) {
        if (note.has("ready")) {
            journal.connected(node.name());
            return;
        }
        String topic = note.get("topic").getAsString();
        if (note.has("gap")) {
            journal.gap(topic, note.get("gap").getAsString());
        }
        if (note.has("event")) {
            journal.event(topic, note.get("event"), null, false);
        }
        if (note.has("mark")) {
            marks.put(topic, note.get("mark"));
        }
    }

    @Override
    public void abort() {
        Process running = process;
        if (running != null) {
            running.destroyForcibly();
        }
    }

    @Override
    public void ended() {
        journal.disconnected();
    }
}
