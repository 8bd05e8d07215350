package dev.sprocket.http.internal.h1;

import dev.sprocket.http.internal.exchange.HttpCodec;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponseEncoder;
import io.netty.handler.codec.http.HttpUtil;
import io.netty.handler.codec.http.HttpVersion;

/**
 * HTTP/1.1 codec made of Netty's decoder and encoder.
 *
 * <p>Confined to the connection's event loop.
 */
public final class Http1Codec implements HttpCodec {
    private final RequestDecoder decoder;
    private final HttpResponseEncoder encoder = new HttpResponseEncoder();

    /** Creates the codec of a decoder. Both the decoder and the {@link #encoder} are added to the pipeline later. */
    public Http1Codec(RequestDecoder decoder) {
        this.decoder = decoder;
    }

    /** Returns the encoder of responses. */
    public HttpResponseEncoder encoder() {
        return encoder;
    }

    @Override
    public boolean isInHead() {
        return decoder.isInHead();
    }

    @Override
    public boolean hasBody(HttpRequest head) {
        // Netty infers a length from hixie-76 headers
        return HttpUtil.isTransferEncodingChunked(head)
                || (HttpUtil.isContentLengthSet(head) && HttpUtil.getContentLength(head, 0L) > 0);
    }

    @Override
    public boolean resume() throws Exception {
        return decoder.resume(decoder.context());
    }

    @Override
    public void stopEncoding() {
        decoder.context().pipeline().remove(encoder);
    }

    @Override
    public void forwardRemaining() {
        ChannelHandlerContext context = decoder.context();
        if (!context.isRemoved()) {
            decoder.resumeReads();
            context.pipeline().remove(decoder);
        }
    }

    /** Returns the context of the encoder, because chunks are encoded already. */
    @Override
    public ChannelHandlerContext bodyContext() {
        return decoder.context().pipeline().context(encoder);
    }

    @Override
    public boolean supports(HttpVersion version) {
        return version.equals(HttpVersion.HTTP_1_1) || version.equals(HttpVersion.HTTP_1_0);
    }

    @Override
    public boolean usesChunkedEncoding() {
        return true;
    }
}
