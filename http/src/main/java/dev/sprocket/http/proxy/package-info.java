/** Client addresses from headers of trusted proxies. */
@NullMarked
package dev.sprocket.http.proxy;

import org.jspecify.annotations.NullMarked;
