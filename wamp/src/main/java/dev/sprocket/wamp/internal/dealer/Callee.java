package dev.sprocket.wamp.internal.dealer;

import dev.sprocket.wamp.internal.message.V2Message;
import dev.sprocket.wamp.internal.session.MemoryUsage;
import java.util.Set;
import java.util.function.Consumer;

/** Session of WAMP v2 that registers procedures and is called. */
public interface Callee {
    /** Returns the id of the session. */
    long id();

    /** Reports whether the client announced a feature of callees. */
    boolean supports(String feature);

    /** Returns the memory that the realm holds for this session. */
    MemoryUsage memoryUsage();

    /** Returns the registrations of the session. Guarded by the dealer's lock. */
    Set<Registration> registrations();

    /** Returns the invocations that the session has not answered yet. */
    PendingInvocations invocations();

    /**
     * Asks whether a registration is still allowed, and ends it otherwise.
     *
     * @param done runs when it is decided
     */
    void recheck(Registration registration, Runnable done);

    /** Sends a message. Returns false if it is not sent. */
    boolean send(V2Message message);

    /** Sends a message that expects an answer; {@code onLost} receives the reason of a failure. */
    void sendRequest(V2Message message, Consumer<String> onLost);
}
