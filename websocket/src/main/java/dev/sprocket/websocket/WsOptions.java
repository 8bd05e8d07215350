package dev.sprocket.websocket;

import org.jspecify.annotations.Nullable;

/** Options of a {@link WsServer}. */
record WsOptions(
        WsLimits limits,
        boolean strict,
        boolean hasOldDrafts,
        boolean keepsFragments,
        KeepAlive keepAlive,
        @Nullable Deflate deflate) {
    static final WsOptions DEFAULT = new WsOptions(WsLimits.DEFAULT, true, false, false, KeepAlive.DEFAULT, null);

    WsOptions limits(WsLimits other) {
        return new WsOptions(other, strict, hasOldDrafts, keepsFragments, keepAlive, deflate);
    }

    WsOptions lenient() {
        return new WsOptions(limits, false, hasOldDrafts, keepsFragments, keepAlive, deflate);
    }

    WsOptions oldDrafts() {
        return new WsOptions(limits, strict, true, keepsFragments, keepAlive, deflate);
    }

    WsOptions keepFragments() {
        return new WsOptions(limits, strict, hasOldDrafts, true, keepAlive, deflate);
    }

    WsOptions keepAlive(KeepAlive other) {
        return new WsOptions(limits, strict, hasOldDrafts, keepsFragments, other, deflate);
    }

    WsOptions compress(Deflate other) {
        return new WsOptions(limits, strict, hasOldDrafts, keepsFragments, keepAlive, other);
    }
}
