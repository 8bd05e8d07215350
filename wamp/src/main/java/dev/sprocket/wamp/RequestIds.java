package dev.sprocket.wamp;

import com.google.errorprone.annotations.ThreadSafe;

/** The ids of requests that a realm takes from clients of WAMP v2. */
@ThreadSafe
public enum RequestIds {
    /** 1, 2, 3 and so on, as the specification has it. */
    SEQUENTIAL,
    /**
     * Any ids from 1 to 2^53, in any order, as Thruway and AutobahnJS before 2018 send. An id may be used again when its request
     * was answered.
     */
    ANY
}
