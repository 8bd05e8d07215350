package dev.sprocket.checks.access;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.Base64;
import java.util.EnumSet;
import java.util.Set;

/** Peer of the access matrix. */
enum Who {
    ANONYMOUS(""),
    /** User whose id is in the names of the matrix. */
    USER("ann"),
    OTHER_USER("bob"),
    /** User with the role {@code staff}. */
    ROLE("chief"),
    /** Backend with a token. */
    BACKEND("cms"),
    /** Backend without credentials, at a loopback address. */
    LOCAL_BACKEND("");

    /** Peers that are clients. */
    static final Set<Who> CLIENTS = EnumSet.of(ANONYMOUS, USER, OTHER_USER, ROLE);

    static final String TOKEN = "token-of-the-cms-0123456789";

    final String id;

    Who(String id) {
        this.id = id;
    }

    boolean isAuthenticated() {
        return !id.isEmpty();
    }

    boolean isBackend() {
        return this == BACKEND || this == LOCAL_BACKEND;
    }

    /** Returns the value of the header {@code Authorization}; empty for a peer without one. */
    String authorization() {
        return this == BACKEND
                ? "Bearer " + TOKEN
                : id.isEmpty()
                        ? ""
                        : "Basic " + Base64.getEncoder().encodeToString((id + ":" + password()).getBytes(UTF_8));
    }

    String password() {
        return "secret-of-" + id + "-0123456789";
    }
}
