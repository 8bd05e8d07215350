package dev.sprocket.wamp.msgpack;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import dev.sprocket.wamp.spi.SerializationException;
import dev.sprocket.wamp.spi.Serializer;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import java.io.IOException;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;
import org.msgpack.core.ExtensionTypeHeader;
import org.msgpack.core.MessageFormat;
import org.msgpack.core.MessagePack;
import org.msgpack.core.MessagePackException;
import org.msgpack.core.MessageUnpacker;

/**
 * Reads MessagePack.
 *
 * <p>An extension is read as its bytes, except for JavaScript's undefined as msgpackr writes it, which is read as
 * null.
 */
final class MsgpackReader implements Serializer.Reader {
    private interface IoSupplier<T extends @Nullable Object> {
        T get() throws IOException;
    }

    private final byte[] bytes;
    private final int from;
    private final int to;
    private final MessageUnpacker in;
    /** Number of remaining tokens at each depth. */
    private final int[] remaining = new int[Serializer.MAX_DEPTH + 1];

    /** True at each depth that is a map. */
    private final boolean[] maps = new boolean[Serializer.MAX_DEPTH + 1];

    private int depth;
    private int count;
    private Number number = 0L;
    /** Index of the text or bytes just read. */
    private int scalar;

    private int size;

    MsgpackReader(byte[] bytes, int from, int to) {
        this.bytes = bytes;
        this.from = from;
        this.to = to;
        this.in = MessagePack.newDefaultUnpacker(bytes, from, to - from);
    }

    private static <T extends @Nullable Object> T guarded(IoSupplier<T> supplier) {
        try {
            return supplier.get();
        } catch (IOException | MessagePackException | IndexOutOfBoundsException | NegativeArraySizeException e) {
            throw new SerializationException("MessagePack: malformed or incomplete");
        }
    }

    @Override
    @CanIgnoreReturnValue
    public Token next() {
        return guarded(this::readToken);
    }

    private Token readToken() throws IOException {
        if (depth > 0 && remaining[depth]-- == 0) {
            depth--;
            return Token.END;
        }
        boolean isKey = maps[depth] && remaining[depth] % 2 == 1;
        Token token = value();
        if (isKey && token != Token.TEXT && !(token == Token.NUMBER && !(number instanceof Double))) {
            // a payload that is passed on could not be converted to another serialization later
            throw new SerializationException("MessagePack: map key of type " + token + " (expected: text)");
        }
        return token;
    }

    private Token value() throws IOException {
        return switch (in.getNextFormat().getValueType()) {
            case NIL -> {
                in.unpackNil();
                yield Token.NULL;
            }
            case BOOLEAN -> in.unpackBoolean() ? Token.TRUE : Token.FALSE;
            case INTEGER -> {
                number = in.getNextFormat() == MessageFormat.UINT64 ? unsigned(in.unpackBigInteger()) : in.unpackLong();
                yield Token.NUMBER;
            }
            case FLOAT -> {
                number = in.unpackDouble();
                yield Token.NUMBER;
            }
            case STRING -> {
                payload(in.unpackRawStringHeader());
                if (!ByteBufUtil.isText(Unpooled.wrappedBuffer(bytes, scalar, size), StandardCharsets.UTF_8)) {
                    throw new SerializationException("MessagePack: not UTF-8");
                }
                yield Token.TEXT;
            }
            case BINARY -> payload(in.unpackBinaryHeader());
            case EXTENSION -> extension(in.unpackExtensionTypeHeader());
            case ARRAY -> open(in.unpackArrayHeader(), 1, Token.LIST);
            case MAP -> open(in.unpackMapHeader(), 2, Token.MAP);
        };
    }

    private Token extension(ExtensionTypeHeader header) throws IOException {
        Token token = payload(header.getLength());
        return header.getType() == 0 && size == 1 && bytes[scalar] == 0 ? Token.NULL : token;
    }

    private static Number unsigned(BigInteger integer) {
        return integer.bitLength() < Long.SIZE ? (Number) integer.longValue() : integer;
    }

    /** Skips a payload, after checking that the announced bytes exist, before any allocation. */
    @CanIgnoreReturnValue
    private Token payload(int length) throws IOException {
        if (length < 0 || length > to - position()) {
            throw new SerializationException("MessagePack: " + length + " bytes announced, but missing");
        }
        scalar = position();
        size = length;
        in.readPayloadAsReference(length);
        return Token.BINARY;
    }

    private Token open(int items, int tokensEach, Token token) {
        // each token takes at least one byte
        if (items < 0 || (long) items * tokensEach > to - position()) {
            throw new SerializationException("MessagePack: " + items + " items announced, but missing");
        }
        if (++depth > Serializer.MAX_DEPTH) {
            throw new SerializationException(
                    "MessagePack: nested too deep (expected: <= " + Serializer.MAX_DEPTH + ")");
        }
        remaining[depth] = items * tokensEach;
        maps[depth] = token == Token.MAP;
        count = items;
        return token;
    }

    @Override
    public int count() {
        return count;
    }

    @Override
    public Number number() {
        return number;
    }

    @Override
    public String text() {
        return new String(bytes, scalar, size, StandardCharsets.UTF_8);
    }

    @Override
    public byte[] binary() {
        return Arrays.copyOfRange(bytes, scalar, scalar + size);
    }

    @Override
    public Serializer.@Nullable Slice sliceOrEnd() {
        int start = position();
        int outerDepth = depth;
        Token token = next();
        if (token == Token.END && depth < outerDepth) {
            return null;
        }
        while (depth > outerDepth) {
            next();
        }
        return new Serializer.Slice(bytes, start, position());
    }

    private int position() {
        return from + (int) in.getTotalReadBytes();
    }

    @Override
    public void expectEnd() {
        if (position() < to) {
            throw new SerializationException("MessagePack: trailing bytes");
        }
    }
}
