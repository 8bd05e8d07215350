package dev.sprocket.http;

import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpVersion;

/**
 * What puts requests and answers on the wire below {@link HttpHandler}, in HTTP/1.1 or on a stream of HTTP/2. Confined to the connection's event loop.
 */
interface HttpCodec {
    /** Whether this is a version that the wire speaks: what a request says of itself does not make it another. */
    boolean supports(HttpVersion version);

    /** Whether a body follows this head, which is the last that came. */
    boolean hasBody(HttpRequest head);

    /** Whether a part of a head has arrived. */
    boolean isInHead();

    /** Goes on to the next request; returns whether all that had arrived was taken. */
    boolean resume() throws Exception;

    /** From now on bytes are written as they are. */
    void stopEncoding();

    /** Hands over what came with the request that was upgraded, and all that follows. */
    void forwardRemaining();

    /** Where bytes of a body enter. */
    ChannelHandlerContext bodyContext();

    /** Whether a body whose length is open is sent in chunks; otherwise its end is marked by the wire itself. */
    boolean usesChunkedEncoding();
}
