package dev.sprocket.legacy.websocket;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import com.google.errorprone.annotations.ThreadSafe;
import dev.sprocket.core.internal.flow.InboundBudget;
import dev.sprocket.http.HttpRequest;
import dev.sprocket.http.HttpResponse;
import dev.sprocket.websocket.WebSocketVersion;
import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandler;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.List;
import java.util.Optional;

/** Handshake of draft-hixie-thewebsocketprotocol-76, used by browsers of 2010. */
@ThreadSafe
final class Hixie76 implements WebSocketVersion.Separate {
    @Override
    public boolean isRequested(HttpRequest request) {
        return request.header("Sec-WebSocket-Key1").isPresent()
                && request.header("Sec-WebSocket-Key2").isPresent();
    }

    /**
     * Returns the response to a handshake request: status 101, or an error.
     *
     * <p>The {@linkplain #challengeResponse challenge response} follows the head of the 101 response as plain bytes.
     */
    @Override
    public HttpResponse respond(HttpRequest request, Optional<String> subprotocol) {
        try {
            number(request.header("Sec-WebSocket-Key1").orElse(""));
            number(request.header("Sec-WebSocket-Key2").orElse(""));
        } catch (IllegalArgumentException e) {
            return HttpResponse.error(400, String.valueOf(e.getMessage()));
        }
        HttpResponse response = HttpResponse.of(101)
                .header("Upgrade", "WebSocket")
                .header("Connection", "Upgrade")
                .header("Sec-WebSocket-Origin", request.header("Origin").orElse("null"))
                .header(
                        "Sec-WebSocket-Location",
                        "ws://" + request.header("Host").orElse("localhost") + request.target());
        return subprotocol
                .map(name -> response.header("Sec-WebSocket-Protocol", name))
                .orElse(response);
    }

    @Override
    public List<ChannelHandler> handlers(WebSocketVersion.Upgrade upgrade) {
        return List.of(
                new Hixie76Decoder(upgrade.limits().frame(), InboundBudget.of(upgrade.connection())),
                new Hixie76Handler(upgrade));
    }

    /**
     * Returns the 16 bytes that prove that the server has read all three keys.
     *
     * @param third third key: the eight bytes after the request head, which no header announces
     */
    static byte[] challengeResponse(HttpRequest request, ByteBuf third) {
        ByteBuffer challenge = ByteBuffer.allocate(16)
                .putInt(number(request.header("Sec-WebSocket-Key1").orElse("")))
                .putInt(number(request.header("Sec-WebSocket-Key2").orElse("")))
                .putLong(third.getLong(third.readerIndex()));
        try {
            return MessageDigest.getInstance("MD5").digest(challenge.array());
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Returns the digits of a key, divided by the number of its spaces. */
    @CanIgnoreReturnValue
    private static int number(String key) {
        String digits = key.replaceAll("[^0-9]", "");
        long spaces = key.chars().filter(c -> c == ' ').count();
        if (digits.isEmpty() || digits.length() > 18 || spaces == 0 || Long.parseLong(digits) % spaces != 0) {
            throw new IllegalArgumentException("Sec-WebSocket-Key1/2: '" + key
                    + "' (expected: digits divisible by the number of spaces, hixie-76 5.2)");
        }
        return (int) (Long.parseLong(digits) / spaces);
    }
}
