package dev.sprocket.pubsub;

/** How the name under which something is kept stands for the names that are looked for. Threads: any. */
public enum Match {
    /** It is the name. */
    EXACT,
    /** It is how the name begins, character by character. */
    PREFIX,
    /** It is the name but for components (what stands between dots) that are empty, and stand for any one component. */
    WILDCARD
}
