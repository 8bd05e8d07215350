package dev.sprocket.http.internal.h2;

import dev.sprocket.core.internal.flow.InboundBudget;
import io.netty.handler.codec.http2.Http2ConnectionDecoder;
import io.netty.handler.codec.http2.Http2ConnectionEncoder;
import io.netty.handler.codec.http2.Http2FrameCodec;
import io.netty.handler.codec.http2.Http2FrameCodecBuilder;
import io.netty.handler.codec.http2.Http2Settings;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Builder of Netty's HTTP/2 codec for a server, with {@link Http2Rules} around the decoder. Not thread-safe. */
public final class Http2CodecBuilder extends Http2FrameCodecBuilder {
    private final int window;
    private final InboundBudget.Reservation reservation;
    private @Nullable Http2Rules rules;

    /**
     * Prepares a codec with a receive window per stream.
     *
     * @param window receive window of a stream, in bytes
     * @param reservation inbound budget reserved for the connection itself
     */
    public Http2CodecBuilder(int window, InboundBudget.Reservation reservation) {
        this.window = window;
        this.reservation = reservation;
        server(true);
        gracefulShutdownTimeoutMillis(0);
    }

    @Override
    protected Http2FrameCodec build(
            Http2ConnectionDecoder decoder, Http2ConnectionEncoder encoder, Http2Settings settings) {
        Http2Rules decoderRules = new Http2Rules(decoder, window, reservation);
        rules = decoderRules;
        return super.build(decoderRules, encoder, settings);
    }

    /** Returns the rules of the codec that was built. */
    public Http2Rules rules() {
        return Objects.requireNonNull(rules);
    }
}
