package dev.sprocket.core.internal.auth;

/** Result of an attempt to renew an {@link Authentication}. */
public enum Renewal {
    /** The user and the end are replaced. */
    RENEWED,
    /** The credential proves no user. */
    INVALID,
    /** The credential proves another user. */
    OTHER_USER,
    /** The connection is not authenticated by a credential that can be renewed. */
    UNSUPPORTED,
    /** Another renewal of the connection is under way. */
    BUSY
}
