/** Dealer: registrations, pending calls and pending invocations. */
@NullMarked
package dev.sprocket.wamp.internal.dealer;

import org.jspecify.annotations.NullMarked;
