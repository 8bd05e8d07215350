package dev.sprocket.wamp.internal.meta;

import dev.sprocket.wamp.internal.dealer.PendingCall;
import java.util.function.Consumer;

/**
 * Result of a meta procedure that answers its call itself, now or later.
 *
 * @param answer answers the call
 */
record OwnAnswer(Consumer<PendingCall> answer) {}
