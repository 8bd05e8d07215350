package dev.sprocket.server.internal.log;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.LoggingEvent;
import ch.qos.logback.core.UnsynchronizedAppenderBase;
import ch.qos.logback.core.encoder.Encoder;
import com.google.errorprone.annotations.ThreadSafe;
import dev.sprocket.core.internal.log.LineQueue;
import dev.sprocket.core.internal.log.PeerLog;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Logback appender that writes to a descriptor from its own thread.
 *
 * <p>At most 4 MiB are queued. Further events are dropped and counted; the count is logged as soon as the output is
 * writable again. Texts are escaped, see {@link dev.sprocket.core.internal.text.SafeText}.
 */
@ThreadSafe
public final class QueuedAppender extends UnsynchronizedAppenderBase<ILoggingEvent> {
    /** Default size of the queue in bytes: 4 MiB. */
    public static final int DEFAULT_QUEUE_SIZE = 4 << 20;

    private static final Duration FLUSH_TIMEOUT = Duration.ofSeconds(2);
    /** Maximum number of events that are held. */
    private static final int MAX_HELD = 10_000;

    private final OutputStream out;
    private final int limit;
    private final Object lock = new Object();
    /** Events before the format is known; null if none are held. */
    private @Nullable List<ILoggingEvent> held;

    private volatile @Nullable Encoder<ILoggingEvent> encoder;
    private @Nullable LineQueue queue;
    private @Nullable Thread hook;

    /** Writes to a descriptor directly; a blocked write to {@code System.err} would hold its lock. */
    QueuedAppender(FileDescriptor descriptor) {
        this(new FileOutputStream(descriptor), DEFAULT_QUEUE_SIZE);
    }

    QueuedAppender(OutputStream out, int limit) {
        this.out = out;
        this.limit = limit;
    }

    /** Sets the encoder; called by logback, and again when a configuration changes the format. */
    public void setEncoder(Encoder<ILoggingEvent> bytes) {
        encoder = bytes;
    }

    @Override
    public void start() {
        if (encoder == null) {
            addError("missing encoder");
            return;
        }
        queue = new LineQueue("sprocket-log-writer", limit, new Output());
        hook = new Thread(() -> flush(FLUSH_TIMEOUT), "sprocket-log-flush");
        Runtime.getRuntime().addShutdownHook(hook);
        super.start();
    }

    @Override
    public void stop() {
        super.stop();
        flush(FLUSH_TIMEOUT);
        if (queue != null) {
            queue.stop();
        }
        if (hook != null) {
            try {
                Runtime.getRuntime().removeShutdownHook(hook);
            } catch (IllegalStateException e) {
                // the JVM is exiting already
                hook = null;
            }
        }
    }

    /** Writes all pending log lines and repetition counts, as long as the outputs are read. */
    public static void flushAll() {
        PeerLog.flush();
        if (org.slf4j.LoggerFactory.getILoggerFactory() instanceof LoggerContext context) {
            context.getLoggerList()
                    .forEach(logger -> logger.iteratorForAppenders().forEachRemaining(appender -> {
                        if (appender instanceof QueuedAppender queued) {
                            queued.flush(FLUSH_TIMEOUT);
                        }
                    }));
        }
    }

    /** Keeps events until {@link #release}, because their format is not known yet. */
    void hold() {
        synchronized (lock) {
            held = new ArrayList<>();
        }
    }

    /** Writes the events that were kept. */
    void release() {
        synchronized (lock) {
            List<ILoggingEvent> events = held;
            held = null;
            if (events != null) {
                events.forEach(this::write);
            }
        }
    }

    @Override
    protected void append(ILoggingEvent event) {
        synchronized (lock) {
            List<ILoggingEvent> events = held;
            if (events != null && events.size() < MAX_HELD) {
                event.prepareForDeferredProcessing();
                events.add(event);
                return;
            }
        }
        write(event);
    }

    private void write(ILoggingEvent event) {
        byte[] line = Objects.requireNonNull(encoder).encode(new SafeEvent(event));
        Objects.requireNonNull(queue).add(line);
    }

    /** Waits until the queue is empty, at most {@code timeout} without progress. Releases events that are kept. */
    void flush(Duration timeout) {
        release();
        if (queue != null) {
            queue.flush(timeout);
        }
    }

    /** Output of the queue. */
    private final class Output implements LineQueue.Output {
        @Override
        public void write(byte[] line) throws IOException {
            out.write(line);
            out.flush();
        }

        @Override
        public byte[] lost(long count) {
            LoggingEvent event = new LoggingEvent();
            event.setLoggerName(QueuedAppender.class.getName());
            event.setLevel(Level.WARN);
            event.setMessage(
                    "log events lost, the log was not read fast enough: lost=" + count + " queueBytes=" + limit);
            event.setTimeStamp(System.currentTimeMillis());
            event.setThreadName(Thread.currentThread().getName());
            return Objects.requireNonNull(encoder).encode(event);
        }

        @Override
        public void failed(IOException cause) {
            // the output is closed, so the error cannot be reported
            addError("log cannot be written", cause);
        }
    }
}
