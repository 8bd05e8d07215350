package dev.sprocket.app;

import dev.sprocket.core.Component;
import dev.sprocket.plugin.Settings;

/** The chat room of a server: every route that leads to a chat leads to the same one. Threads: any. */
final class Rooms {
    private final ChatRoom room = new ChatRoom();

    Component<?> room(Settings settings) {
        return room;
    }
}
