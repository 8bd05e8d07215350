package dev.sprocket.http;

import dev.sprocket.core.InboundBudget;
import io.netty.handler.codec.http2.Http2ConnectionDecoder;
import io.netty.handler.codec.http2.Http2ConnectionEncoder;
import io.netty.handler.codec.http2.Http2FrameCodec;
import io.netty.handler.codec.http2.Http2FrameCodecBuilder;
import io.netty.handler.codec.http2.Http2Settings;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Builds Netty's codec of HTTP/2 for a server, with {@link Http2Rules} around its decoder. Not thread-safe. */
final class Http2CodecBuilder extends Http2FrameCodecBuilder {
    private final int window;
    private final InboundBudget.Reservation holding;
    private @Nullable Http2Rules rules;

    /**
     * For streams of this window.
     *
     * @param holding what the connection itself has of the budget
     */
    Http2CodecBuilder(int window, InboundBudget.Reservation holding) {
        this.window = window;
        this.holding = holding;
        server(true);
        gracefulShutdownTimeoutMillis(0);
    }

    @Override
    protected Http2FrameCodec build(
            Http2ConnectionDecoder decoder, Http2ConnectionEncoder encoder, Http2Settings settings) {
        Http2Rules made = new Http2Rules(decoder, window, holding);
        rules = made;
        return super.build(made, encoder, settings);
    }

    /** The rules of the codec that was built. */
    Http2Rules rules() {
        return Objects.requireNonNull(rules);
    }
}
