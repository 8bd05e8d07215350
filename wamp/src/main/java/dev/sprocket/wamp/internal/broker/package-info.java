/** Broker: subscriptions, recipients, retained and stored events. */
@NullMarked
package dev.sprocket.wamp.internal.broker;

import org.jspecify.annotations.NullMarked;
