package dev.sprocket.wamp;

import com.google.errorprone.annotations.ThreadSafe;

/** Policy for the request ids of WAMP v2 clients. */
@ThreadSafe
public enum RequestIds {
    /** Sequential ids 1, 2, 3 and so on, as the specification requires. */
    SEQUENTIAL,
    /**
     * Any ids from 1 to 2^53, in any order.
     *
     * <p>Thruway and AutobahnJS before 2018 send such ids. An id may be reused after its request was answered.
     */
    ANY
}
