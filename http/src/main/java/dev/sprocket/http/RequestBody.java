package dev.sprocket.http;

import com.google.errorprone.annotations.ThreadSafe;
import dev.sprocket.core.Message;
import io.netty.buffer.Unpooled;
import org.jspecify.annotations.Nullable;

/** The body of a request, which may arrive after its head. */
@ThreadSafe
final class RequestBody {
    /** That of a request without one. */
    static final RequestBody NONE = new RequestBody(Message.binary(Unpooled.EMPTY_BUFFER));

    private volatile @Nullable Message bytes;

    RequestBody(@Nullable Message bytes) {
        this.bytes = bytes;
    }

    boolean isPresent() {
        return bytes != null;
    }

    /** It has arrived. */
    void set(Message whole) {
        bytes = whole;
    }

    /** Throws {@link IllegalStateException} before it has arrived. */
    Message get() {
        Message whole = bytes;
        if (whole == null) {
            throw new IllegalStateException(
                    "the body has not arrived (put BodyAggregator around the component that reads it)");
        }
        return whole;
    }
}
