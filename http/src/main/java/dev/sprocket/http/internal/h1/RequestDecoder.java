package dev.sprocket.http.internal.h1;

import dev.sprocket.core.CloseReason;
import dev.sprocket.core.internal.flow.InboundBudget;
import dev.sprocket.core.internal.net.ForeignProtocol;
import dev.sprocket.core.internal.transport.CloseRequest;
import dev.sprocket.core.internal.transport.Outbound;
import dev.sprocket.core.internal.transport.ReadBudget;
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
import java.util.Objects;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Netty's request decoder with stricter validation, which stops after each request.
 *
 * <p>Later input stays undecoded until the request is answered, or is forwarded to the next protocol after an upgrade.
 * Confined to the connection's event loop.
 */
public final class RequestDecoder extends HttpRequestDecoder {
    /** Maximum number of bytes received behind an unanswered request; past it, reads are paused. */
    private static final int PIPELINED_LIMIT = 64 * 1024;

    private final Outbound socket;
    private final HeadValidator headValidator;
    private final Supplier<InboundBudget.Reservation> reservations;
    private InboundBudget.@Nullable Reservation reservation;
    private boolean inHead = true;
    private boolean malformed;
    private boolean awaitingResponse;
    private boolean reading;
    private boolean readsPaused;
    private @Nullable ReadBudget budget;
    private @Nullable ChannelHandlerContext context;
    /** The next request is decoded in a later iteration of the event loop. */
    private boolean postponed;

    private boolean inputEnded;

    /**
     * Creates a decoder.
     *
     * @param headLimit maximum size of a head, in bytes
     * @param reservations creates the reservation for undecoded input
     */
    public RequestDecoder(int headLimit, Outbound socket, Supplier<InboundBudget.Reservation> reservations) {
        super(new HttpDecoderConfig().setMaxInitialLineLength(headLimit).setMaxHeaderSize(headLimit));
        this.socket = socket;
        this.headValidator = new HeadValidator(headLimit);
        this.reservations = reservations;
    }

    /** Returns the context of this handler in its pipeline. */
    ChannelHandlerContext context() {
        return Objects.requireNonNull(context);
    }

    /** Reports whether a head has been received in part. */
    boolean isInHead() {
        return inHead && headValidator.hasBegun();
    }

    @Override
    public void handlerAdded(ChannelHandlerContext ctx) throws Exception {
        super.handlerAdded(ctx);
        context = ctx;
        budget = new ReadBudget(socket.inbound(), () -> continueDecoding(ctx));
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
            CloseRequest request = new CloseRequest(CloseReason.END_OF_STREAM);
            ctx.fireUserEventTriggered(request);
            if (!request.isClaimed()) {
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
        updateReservation(ctx.isRemoved() ? 0 : actualReadableBytes());
        if (awaitingResponse && !ctx.isRemoved() && !readsPaused && actualReadableBytes() > PIPELINED_LIMIT) {
            readsPaused = true;
            socket.inbound().pauseReads();
        }
    }

    /** Accounts for incomplete heads and pipelined requests in the inbound budget. */
    private void updateReservation(int bytes) {
        if (reservation == null && bytes > 0) {
            reservation = reservations.get();
        }
        if (reservation != null) {
            reservation.resize(bytes);
        }
    }

    @Override
    protected void handlerRemoved0(ChannelHandlerContext ctx) throws Exception {
        updateReservation(0);
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
        String error = inHead ? headValidator.validate(in) : null;
        if (error != null) {
            Optional<ForeignProtocol> foreign = ForeignProtocol.of(in);
            if (foreign.isPresent() && foreign.get() != ForeignProtocol.HTTP) {
                error = foreign.get() + " (expected: an HTTP request)";
            }
            malformed = true;
            in.skipBytes(in.readableBytes());
            HttpMessage message = createInvalidMessage();
            message.setDecoderResult(DecoderResult.failure(new IllegalArgumentException(error)));
            out.add(message);
            return;
        }
        if (inHead && headValidator.isTooLong()) {
            // Netty limits the request line and the headers separately
            malformed = true;
            in.skipBytes(in.readableBytes());
            HttpMessage message = createInvalidMessage();
            message.setDecoderResult(DecoderResult.failure(new TooLongHttpHeaderException(
                    "request line and headers exceed " + headValidator.limit() + " bytes")));
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

    /**
     * Prevents Netty from reading eight octets as the body of a hixie-76 GET.
     *
     * <p>They belong to the WebSocket handshake.
     */
    @Override
    protected boolean isContentAlwaysEmpty(HttpMessage message) {
        return !message.headers().contains(HttpHeaderNames.CONTENT_LENGTH)
                && !message.headers().contains(HttpHeaderNames.TRANSFER_ENCODING);
    }

    /**
     * Rejects requests with two body lengths (RFC 9112 6.3). Netty would ignore one, which allows request smuggling.
     */
    @Override
    protected void handleTransferEncodingChunkedWithContentLength(HttpMessage message) {
        throw new IllegalArgumentException("both Content-Length and Transfer-Encoding (expected: one, RFC 9112 6.3)");
    }

    /** Keeps pipelined input when the peer ends its output; Netty would discard it. */
    @Override
    public void userEventTriggered(ChannelHandlerContext ctx, Object event) throws Exception {
        inputEnded |= event instanceof ChannelInputShutdownEvent;
        if (postponed
                && event instanceof CloseRequest request
                && request.reason().type() == CloseReason.Type.END_OF_STREAM) {
            // postponed requests are answered first
            request.claim();
        } else if ((awaitingResponse || postponed) && event instanceof ChannelInputShutdownEvent) {
            ctx.fireUserEventTriggered(event);
        } else {
            super.userEventTriggered(ctx, event);
        }
    }

    /**
     * Continues with the next request. Called on the event loop.
     *
     * @return false if decoding is in progress already, or postponed: the input is decoded after this method returns
     */
    boolean resume(ChannelHandlerContext ctx) throws Exception {
        awaitingResponse = false;
        if (readsPaused) {
            readsPaused = false;
            socket.inbound().resumeReads();
        }
        if (reading) {
            return false;
        }
        channelRead(ctx, Unpooled.EMPTY_BUFFER);
        return !postponed;
    }

    /** Resumes paused reads before the decoder is removed. */
    void resumeReads() {
        if (readsPaused) {
            readsPaused = false;
            socket.inbound().resumeReads();
        }
    }
}
