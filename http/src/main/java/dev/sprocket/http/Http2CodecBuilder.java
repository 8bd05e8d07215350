package dev.sprocket.http;

import io.netty.handler.codec.http2.Http2ConnectionDecoder;
import io.netty.handler.codec.http2.Http2ConnectionEncoder;
import io.netty.handler.codec.http2.Http2FrameCodec;
import io.netty.handler.codec.http2.Http2FrameCodecBuilder;
import io.netty.handler.codec.http2.Http2Settings;

/** Builds Netty's codec of HTTP/2 for a server, with {@link Http2Rules} around its decoder. Threads: one. */
final class Http2CodecBuilder extends Http2FrameCodecBuilder {
    private final int window;

    /** For streams of this window. */
    Http2CodecBuilder(int window) {
        this.window = window;
        server(true);
        gracefulShutdownTimeoutMillis(0);
    }

    @Override
    protected Http2FrameCodec build(
            Http2ConnectionDecoder decoder, Http2ConnectionEncoder encoder, Http2Settings settings) {
        return super.build(new Http2Rules(decoder, window), encoder, settings);
    }
}
