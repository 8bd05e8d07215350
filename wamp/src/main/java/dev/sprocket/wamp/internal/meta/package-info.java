/** Meta API: procedures and events about sessions, registrations and subscriptions. */
@NullMarked
package dev.sprocket.wamp.internal.meta;

import org.jspecify.annotations.NullMarked;
