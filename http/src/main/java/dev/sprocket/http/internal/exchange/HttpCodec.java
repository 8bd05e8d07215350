package dev.sprocket.http.internal.exchange;

import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpVersion;

/**
 * Codec for requests and responses below {@code HttpHandler}: HTTP/1.1, or one HTTP/2 stream.
 *
 * <p>Confined to the connection's event loop.
 */
public interface HttpCodec {
    /** Reports whether the codec can receive the HTTP version that a request claims. */
    boolean supports(HttpVersion version);

    /** Reports whether a body follows the last head that was received. */
    boolean hasBody(HttpRequest head);

    /** Reports whether a head has been received in part. */
    boolean isInHead();

    /** Continues with the next request; returns whether all received input was consumed. */
    boolean resume() throws Exception;

    /** Writes bytes unchanged from now on. */
    void stopEncoding();

    /** Forwards input to the upgraded protocol, including bytes received with the request. */
    void forwardRemaining();

    /** Returns the context at which bytes of a body are written. */
    ChannelHandlerContext bodyContext();

    /** Reports whether a body of unknown length is sent in chunks. */
    boolean usesChunkedEncoding();
}
