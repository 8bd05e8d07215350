/** Connection of topics before their subscriptions. */
@NullMarked
package dev.sprocket.pubsub.internal.subscribe;

import org.jspecify.annotations.NullMarked;
