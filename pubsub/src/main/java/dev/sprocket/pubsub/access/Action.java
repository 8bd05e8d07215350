package dev.sprocket.pubsub.access;

import java.util.Locale;

/** Action that needs a permission. */
public enum Action {
    /** Subscribe to a topic, or read its events. */
    SUBSCRIBE,
    /** Publish on a topic. */
    PUBLISH,
    /** Call a procedure. */
    CALL,
    /** Register a procedure (WAMP v2). */
    REGISTER;

    /** Reports whether the action is about a topic; otherwise it is about a procedure. */
    public boolean isTopicAction() {
        return this == SUBSCRIBE || this == PUBLISH;
    }

    /** Returns the name in lower case, as in the configuration file. */
    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }
}
