/** TLS certificates, keys and options of servers. */
@NullMarked
package dev.sprocket.core.tls;

import org.jspecify.annotations.NullMarked;
