package dev.sprocket.http;

import com.google.errorprone.annotations.ThreadSafe;
import dev.sprocket.core.Message;
import io.netty.buffer.Unpooled;
import org.jspecify.annotations.Nullable;

/** Body of a request, which may arrive after the head. */
@ThreadSafe
final class RequestBody {
    /** Body of a request without one. */
    static final RequestBody NONE = new RequestBody(Message.binary(Unpooled.EMPTY_BUFFER));

    private volatile @Nullable Message bytes;

    RequestBody(@Nullable Message bytes) {
        this.bytes = bytes;
    }

    boolean isPresent() {
        return bytes != null;
    }

    /** Sets the complete body. */
    void set(Message complete) {
        bytes = complete;
    }

    /** Returns the body. Throws {@link IllegalStateException} before it has arrived. */
    Message get() {
        Message complete = bytes;
        if (complete == null) {
            throw new IllegalStateException(
                    "the body has not arrived (wrap the component that reads it in RequestHeadListener.afterBody)");
        }
        return complete;
    }
}
