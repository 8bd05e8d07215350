package dev.sprocket.websocket.internal.frame;

import com.google.errorprone.annotations.Immutable;

/**
 * Limits of a frame decoder.
 *
 * @param frame maximum payload of an uncompressed frame, in bytes
 * @param compressedFrame maximum payload of a compressed frame, in bytes
 * @param message maximum size of a message, in bytes
 * @param fragments maximum number of frames of a message
 */
@Immutable
public record FrameLimits(int frame, long compressedFrame, int message, int fragments) {}
