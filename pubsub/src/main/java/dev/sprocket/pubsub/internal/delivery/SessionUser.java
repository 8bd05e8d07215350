package dev.sprocket.pubsub.internal.delivery;

import java.util.Set;

/** Connection whose session has its own user and roles, as in WAMP v2. */
public interface SessionUser {
    /** Returns the id of the user. */
    String sessionUserId();

    /** Returns the roles of the user for audiences. */
    Set<String> sessionRoles();
}
