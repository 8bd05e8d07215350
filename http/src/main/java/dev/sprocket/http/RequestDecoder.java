package dev.sprocket.http;

import dev.sprocket.core.InboundBudget;
import dev.sprocket.core.spi.CloseRequest;
import dev.sprocket.core.spi.ForeignProtocol;
import dev.sprocket.core.spi.Outbound;
import dev.sprocket.core.spi.ReadBudget;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.netty.handler.codec.DecoderResult;
import io.netty.handler.codec.http.HttpDecoderConfig;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpMessage;
import io.netty.handler.codec.http.HttpRequestDecoder;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.handler.codec.http.TooLongHttpHeaderException;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Netty's decoder, stricter, and with a rest after each request: what follows stays bytes until the request is answered,
 * when it is the next request, or upgraded, when it belongs to the next protocol.
 */
final class RequestDecoder extends HttpRequestDecoder {
    /** How many bytes may wait behind a request that is being answered, before the socket is no longer read from. */
    private static final int PIPELINED_LIMIT = 64 * 1024;

    private final Outbound socket;
    private final HeadValidator headValidator;
    private final Supplier<InboundBudget.Reservation> holdings;
    private InboundBudget.@Nullable Reservation holding;
    private boolean inHead = true;
    private boolean malformed;
    private boolean awaitingResponse;
    private boolean reading;
    private boolean readsPaused;
    private @Nullable ReadBudget budget;
    /** The next request is for another iteration of the event loop. */
    private boolean postponed;

    private boolean inputEnded;

    RequestDecoder(HttpLimits limits, Outbound socket, Supplier<InboundBudget.Reservation> accounts) {
        super(new HttpDecoderConfig().setMaxInitialLineLength(limits.head()).setMaxHeaderSize(limits.head()));
        this.socket = socket;
        this.headValidator = new HeadValidator(limits.head());
        this.holdings = accounts;
    }

    /** Whether a part of a request's head has come, and not the whole. */
    boolean isInHead() {
        return inHead && headValidator.hasBegun();
    }

    @Override
    public void handlerAdded(ChannelHandlerContext ctx) throws Exception {
        super.handlerAdded(ctx);
        budget = new ReadBudget(socket, () -> continueDecoding(ctx));
    }

    private void continueDecoding(ChannelHandlerContext ctx) {
        postponed = false;
        if (awaitingResponse || reading || ctx.isRemoved()) {
            return;
        }
        try {
            channelRead(ctx, Unpooled.EMPTY_BUFFER);
        } catch (Exception e) {
            ctx.fireExceptionCaught(e);
        }
        if (inputEnded && !postponed) {
            CloseRequest ending = new CloseRequest(CloseRequest.Cause.END_OF_STREAM);
            ctx.fireUserEventTriggered(ending);
            if (!ending.isClaimed()) {
                socket.closeLingering();
            }
        }
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object bytes) throws Exception {
        reading = true;
        try {
            super.channelRead(ctx, bytes);
            while (!awaitingResponse && !postponed && !ctx.isRemoved() && actualReadableBytes() > 0) {
                int before = actualReadableBytes();
                super.channelRead(ctx, Unpooled.EMPTY_BUFFER);
                if (actualReadableBytes() == before) {
                    break;
                }
            }
        } finally {
            reading = false;
        }
        hold(ctx.isRemoved() ? 0 : actualReadableBytes());
        if (awaitingResponse && !ctx.isRemoved() && !readsPaused && actualReadableBytes() > PIPELINED_LIMIT) {
            readsPaused = true;
            socket.pauseReads();
        }
    }

    /** Heads that are not whole, and requests that wait behind another. */
    private void hold(int bytes) {
        if (holding == null && bytes > 0) {
            holding = holdings.get();
        }
        if (holding != null) {
            holding.resize(bytes);
        }
    }

    @Override
    protected void handlerRemoved0(ChannelHandlerContext ctx) throws Exception {
        hold(0);
        super.handlerRemoved0(ctx);
    }

    @Override
    protected void decode(ChannelHandlerContext ctx, ByteBuf in, List<Object> out) throws Exception {
        if (awaitingResponse || postponed) {
            return;
        }
        if (inHead && !headValidator.hasBegun() && budget != null && !budget.allows()) {
            postponed = true;
            return;
        }
        if (malformed) {
            in.skipBytes(in.readableBytes());
            return;
        }
        String fault = inHead ? headValidator.validate(in) : null;
        if (fault != null) {
            Optional<ForeignProtocol> foreign = ForeignProtocol.of(in);
            if (foreign.isPresent() && foreign.get() != ForeignProtocol.HTTP) {
                fault = foreign.get() + " (expected: an HTTP request)";
            }
            malformed = true;
            in.skipBytes(in.readableBytes());
            HttpMessage message = createInvalidMessage();
            message.setDecoderResult(DecoderResult.failure(new IllegalArgumentException(fault)));
            out.add(message);
            return;
        }
        if (inHead && headValidator.isTooLong()) {
            // Netty's limits are for the request line and for the headers, each by itself
            malformed = true;
            in.skipBytes(in.readableBytes());
            HttpMessage message = createInvalidMessage();
            message.setDecoderResult(DecoderResult.failure(new TooLongHttpHeaderException(
                    "request line and headers are longer than " + headValidator.limit() + " bytes")));
            out.add(message);
            return;
        }
        super.decode(ctx, in, out);
        if (!out.isEmpty()) {
            awaitingResponse = out.get(out.size() - 1) instanceof LastHttpContent;
            inHead = awaitingResponse;
            headValidator.reset();
        }
    }

    /** Netty takes eight octets for the body of a GET with the keys of hixie-76; they belong to whoever speaks that. */
    @Override
    protected boolean isContentAlwaysEmpty(HttpMessage message) {
        return !message.headers().contains(HttpHeaderNames.CONTENT_LENGTH)
                && !message.headers().contains(HttpHeaderNames.TRANSFER_ENCODING);
    }

    /** Two lengths are a request in two ways (RFC 9112 6.3); Netty would drop the one that a proxy may have believed. */
    @Override
    protected void handleTransferEncodingChunkedWithContentLength(HttpMessage message) {
        throw new IllegalArgumentException("both Content-Length and Transfer-Encoding (expected: one, RFC 9112 6.3)");
    }

    /** What waits behind a request is needed after the peer has sent its last byte, when Netty would drop it. */
    @Override
    public void userEventTriggered(ChannelHandlerContext ctx, Object event) throws Exception {
        inputEnded |= event instanceof ChannelInputShutdownEvent;
        if (postponed && event instanceof CloseRequest ending && ending.cause() == CloseRequest.Cause.END_OF_STREAM) {
            // the requests that were postponed are answered first
            ending.claim();
        } else if ((awaitingResponse || postponed) && event instanceof ChannelInputShutdownEvent) {
            ctx.fireUserEventTriggered(event);
        } else {
            super.userEventTriggered(ctx, event);
        }
    }

    /**
     * Goes on to the next request. On the event loop.
     *
     * @return false if it was going on already, or goes on later: what waits is read after this returns
     */
    boolean resume(ChannelHandlerContext own) throws Exception {
        awaitingResponse = false;
        if (readsPaused) {
            readsPaused = false;
            socket.resumeReads();
        }
        if (reading) {
            return false;
        }
        channelRead(own, Unpooled.EMPTY_BUFFER);
        return !postponed;
    }

    /** Before it is removed: nothing holds the socket back any more. */
    void resumeReads() {
        if (readsPaused) {
            readsPaused = false;
            socket.resumeReads();
        }
    }
}
