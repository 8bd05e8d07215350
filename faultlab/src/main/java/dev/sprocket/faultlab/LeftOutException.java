package dev.sprocket.faultlab;

/** A scenario cannot run here; its message is the reason. */
final class LeftOutException extends Exception {
    private static final long serialVersionUID = 1;

    LeftOutException(String reason) {
        super(reason);
    }
}
