package dev.sprocket.websocket;

import org.jspecify.annotations.Nullable;

/** What can be set about a {@link WsServer}. */
record WsOptions(
        WsLimits limits, boolean strict, boolean hasOldDrafts, KeepAlive keepAlive, @Nullable Deflate deflate) {
    static final WsOptions DEFAULT = new WsOptions(WsLimits.DEFAULT, true, false, KeepAlive.DEFAULT, null);

    WsOptions limits(WsLimits other) {
        return new WsOptions(other, strict, hasOldDrafts, keepAlive, deflate);
    }

    WsOptions lenient() {
        return new WsOptions(limits, false, hasOldDrafts, keepAlive, deflate);
    }

    WsOptions oldDrafts() {
        return new WsOptions(limits, strict, true, keepAlive, deflate);
    }

    WsOptions keepAlive(KeepAlive other) {
        return new WsOptions(limits, strict, hasOldDrafts, other, deflate);
    }

    WsOptions compress(Deflate other) {
        return new WsOptions(limits, strict, hasOldDrafts, keepAlive, other);
    }
}
