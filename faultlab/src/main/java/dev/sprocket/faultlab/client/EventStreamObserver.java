package dev.sprocket.faultlab.client;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import dev.sprocket.faultlab.host.Node;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.HttpURLConnection;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Observer by Server-Sent Events, with the HTTP client of the JDK or with curl. */
final class EventStreamObserver implements Client.Session {
    private static final int SILENCE_MILLIS = 8000;

    private final Journal journal;
    private final boolean curl;
    private @Nullable String lastId;
    private volatile Runnable abort = () -> {};

    EventStreamObserver(Journal journal, boolean curl) {
        this.journal = journal;
        this.curl = curl;
    }

    private URI url(Node node) {
        List<String> topics = journal.topics();
        return node.http(
                topics.size() == 1 ? "/events/" + topics.get(0) : "/events?topic=" + String.join("&topic=", topics));
    }

    @Override
    public void run(Node node, Client client) throws Exception {
        if (curl) {
            runCurl(node, client);
            return;
        }
        HttpURLConnection connection = (HttpURLConnection) url(node).toURL().openConnection();
        connection.setConnectTimeout(3000);
        connection.setReadTimeout(SILENCE_MILLIS);
        connection.setUseCaches(false);
        if (lastId != null) {
            connection.setRequestProperty("Last-Event-ID", lastId);
        }
        abort = connection::disconnect;
        try (BufferedReader lines =
                new BufferedReader(new InputStreamReader(connection.getInputStream(), StandardCharsets.UTF_8))) {
            read(lines, node, client);
        } finally {
            connection.disconnect();
        }
    }

    private void runCurl(Node node, Client client) throws Exception {
        ProcessBuilder builder = new ProcessBuilder(
                "setpriv",
                "--pdeathsig",
                "KILL",
                "--",
                "curl",
                "-sNf",
                "--connect-timeout",
                "3",
                "--speed-limit",
                "1",
                "--speed-time",
                "8",
                url(node).toString());
        if (lastId != null) {
            builder.command().addAll(List.of("-H", "Last-Event-ID: " + lastId));
        }
        Process process = builder.start();
        abort = process::destroyForcibly;
        try (BufferedReader lines =
                new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
            read(lines, node, client);
        } finally {
            process.destroyForcibly();
        }
    }

    private void read(BufferedReader lines, Node node, Client client) throws IOException {
        String type = "message";
        String data = null;
        String id = null;
        boolean first = true;
        for (String line = lines.readLine(); line != null && !client.isStopping(); line = lines.readLine()) {
            if (line.startsWith("event:")) {
                type = value(line);
            } else if (line.startsWith("id:")) {
                id = value(line);
            } else if (line.startsWith("data:")) {
                data = value(line);
            } else if (line.isEmpty()) {
                if (data != null) {
                    if (first) {
                        journal.connected(node.name());
                        first = false;
                    }
                    onBlock(type, data, id);
                }
                type = "message";
                data = null;
                id = null;
            }
        }
    }

    private static String value(String line) {
        String value = line.substring(line.indexOf(':') + 1);
        return value.startsWith(" ") ? value.substring(1) : value;
    }

    private void onBlock(String type, String data, @Nullable String id) {
        boolean single = journal.topics().size() == 1;
        if (type.equals("message")) {
            JsonElement event = JsonParser.parseString(data);
            if (single) {
                journal.event(journal.topics().get(0), event, id, false);
            } else {
                JsonObject object = event.getAsJsonObject();
                journal.event(object.get("topic").getAsString(), object.get("event"), null, false);
            }
        } else if (type.equals("gap")) {
            JsonObject gap = JsonParser.parseString(data).getAsJsonObject();
            journal.gap(gap.get("topic").getAsString(), gap.get("reason").getAsString());
        }
        if (id != null) {
            lastId = id;
        }
    }

    @Override
    public void abort() {
        abort.run();
    }

    @Override
    public void ended() {
        journal.disconnected();
    }
}
