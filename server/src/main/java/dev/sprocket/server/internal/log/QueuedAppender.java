package dev.sprocket.server.internal.log;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.LoggingEvent;
import ch.qos.logback.core.UnsynchronizedAppenderBase;
import ch.qos.logback.core.encoder.Encoder;
import com.google.errorprone.annotations.ThreadSafe;
import dev.sprocket.core.internal.log.PeerLog;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Logback appender that writes to standard error from its own thread, without blocking callers.
 * <p>At most 4 MiB are queued. Further events are dropped and counted; the count is logged as soon as standard error is
 * writable again. Texts are escaped, see {@link dev.sprocket.core.internal.text.SafeText}.
 */
@ThreadSafe
public final class QueuedAppender extends UnsynchronizedAppenderBase<ILoggingEvent> {
    /** Default size of the queue in bytes: 4 MiB. */
    public static final int DEFAULT_QUEUE_SIZE = 4 << 20;

    private static final Duration FLUSH_TIMEOUT = Duration.ofSeconds(2);
    /** Memory per event, in addition to its bytes. */
    private static final int OVERHEAD = 32;

    private final Object lock = new Object();
    private final OutputStream out;
    private final int limit;
    private List<byte[]> queue = new ArrayList<>();
    private long queuedBytes;
    private long written;
    private long lost;
    private boolean stopping;
    private @Nullable Encoder<ILoggingEvent> encoder;
    private @Nullable Thread writer;
    private @Nullable Thread hook;

    /** Writes to standard error directly; a blocked write to {@code System.err} would hold its lock. */
    public QueuedAppender() {
        this(new FileOutputStream(FileDescriptor.err), DEFAULT_QUEUE_SIZE);
    }

    QueuedAppender(OutputStream out, int limit) {
        this.out = out;
        this.limit = limit;
    }

    /** Sets the encoder; called by logback. */
    public void setEncoder(Encoder<ILoggingEvent> bytes) {
        encoder = bytes;
    }

    @Override
    public void start() {
        if (encoder == null) {
            addError("missing encoder");
            return;
        }
        writer = new Thread(this::write, "sprocket-log-writer");
        writer.setDaemon(true);
        writer.start();
        hook = new Thread(() -> flush(FLUSH_TIMEOUT), "sprocket-log-flush");
        Runtime.getRuntime().addShutdownHook(hook);
        super.start();
    }

    @Override
    public void stop() {
        super.stop();
        flush(FLUSH_TIMEOUT);
        synchronized (lock) {
            stopping = true;
            lock.notifyAll();
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

    /** Writes all pending log lines and repetition counts, as long as standard error is read. */
    public static void flushAll() {
        PeerLog.flush();
        if (org.slf4j.LoggerFactory.getILoggerFactory() instanceof LoggerContext context) {
            Logger root = context.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME);
            root.iteratorForAppenders().forEachRemaining(appender -> {
                if (appender instanceof QueuedAppender queued) {
                    queued.flush(FLUSH_TIMEOUT);
                }
            });
        }
    }

    @Override
    protected void append(ILoggingEvent event) {
        byte[] bytes = Objects.requireNonNull(encoder).encode(new SafeEvent(event));
        synchronized (lock) {
            if (queuedBytes + bytes.length + OVERHEAD > limit) {
                lost++;
            } else {
                queuedBytes += bytes.length + OVERHEAD;
                queue.add(bytes);
                lock.notifyAll();
            }
        }
    }

    private void write() {
        while (true) {
            List<byte[]> batch;
            long dropped;
            synchronized (lock) {
                while (queue.isEmpty() && lost == 0) {
                    if (stopping) {
                        return;
                    }
                    try {
                        lock.wait();
                    } catch (InterruptedException e) {
                        return;
                    }
                }
                batch = queue;
                queue = new ArrayList<>();
                dropped = lost;
                lost = 0;
                queuedBytes += dropped > 0 ? OVERHEAD : 0;
            }
            batch.forEach(this::write);
            if (dropped > 0) {
                report(dropped);
            }
        }
    }

    private void write(byte[] bytes) {
        try {
            out.write(bytes);
            out.flush();
        } catch (IOException e) {
            // standard error is closed, so the error cannot be reported
            addError("standard error cannot be written", e);
        }
        synchronized (lock) {
            queuedBytes -= bytes.length + OVERHEAD;
            written++;
            lock.notifyAll();
        }
    }

    private void report(long count) {
        LoggingEvent event = new LoggingEvent();
        event.setLoggerName(QueuedAppender.class.getName());
        event.setLevel(Level.WARN);
        event.setMessage("log events lost; standard error was not read fast enough (lost=" + count + ", queue=" + limit
                + " bytes)");
        event.setTimeStamp(System.currentTimeMillis());
        event.setThreadName(Thread.currentThread().getName());
        byte[] bytes = Objects.requireNonNull(encoder).encode(event);
        synchronized (lock) {
            queuedBytes += bytes.length;
        }
        write(bytes);
    }

    /** Waits until the queue is empty, at most {@code timeout} without progress. */
    void flush(Duration timeout) {
        synchronized (lock) {
            long before = -1;
            long deadline = 0;
            while (queuedBytes > 0 || lost > 0) {
                long now = System.nanoTime();
                if (written != before) {
                    before = written;
                    deadline = now + timeout.toNanos();
                }
                if (now - deadline >= 0) {
                    return;
                }
                try {
                    lock.wait(TimeUnit.NANOSECONDS.toMillis(deadline - now) + 1);
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                    return;
                }
            }
        }
    }
}
