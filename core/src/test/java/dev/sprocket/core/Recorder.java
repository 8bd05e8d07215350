package dev.sprocket.core;

import java.util.ArrayList;
import java.util.List;

/** Records its callbacks, one line each. */
public class Recorder<C extends Connection> implements MessageComponent<C, Message> {
    private final List<String> calls = new ArrayList<>();

    @Override
    public void onOpen(C conn) throws Exception {
        add("open");
    }

    @Override
    public void onMessage(C from, Message message) throws Exception {
        add(message.text());
    }

    @Override
    public void onError(C conn, Throwable cause) throws Exception {
        add("error: " + cause.getMessage());
    }

    @Override
    public void onClose(C conn) throws Exception {
        add("close");
    }

    protected final synchronized void add(String call) {
        calls.add(call);
    }

    public final synchronized List<String> calls() {
        return List.copyOf(calls);
    }
}
