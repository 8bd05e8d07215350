package dev.sprocket.core.io;

import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.unix.DomainSocketAddress;
import io.netty.util.AttributeKey;
import java.io.IOException;
import java.net.ConnectException;
import java.net.SocketAddress;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Unix domain socket address.
 *
 * <p>The file of a terminated server is replaced; a file on which a server listens is not. Not thread-safe.
 */
final class UnixAddress implements ListenAddress {
    /** Maximum length of the path: 108 bytes with a trailing 0 (unix(7)). */
    private static final int MAX_PATH = 107;

    /** Length of {@code /.spXXXX/s}. */
    private static final int TEMPORARY_NAME = 10;

    private static final Set<PosixFilePermission> OWNER = PosixFilePermissions.fromString("rwx------");
    /** Path to which clients connect; the channel only has the temporary path. */
    private static final AttributeKey<Path> PATH = AttributeKey.valueOf(UnixAddress.class, "path");

    private static final int FILE_TYPE_MASK = 0170000;
    private static final int SOCKET_TYPE = 0140000;

    private static final Logger LOG = LoggerFactory.getLogger(UnixAddress.class);

    private final Path path;
    private final @Nullable Set<PosixFilePermission> permissions;
    private @Nullable Object fileKey;

    UnixAddress(Path path, @Nullable Set<PosixFilePermission> permissions) {
        this.path = path.toAbsolutePath();
        this.permissions = permissions;
        int length = bytes(this.path);
        if (length > MAX_PATH) {
            throw new IllegalArgumentException(this + ": " + length + " bytes (expected: <= " + MAX_PATH + ")");
        }
        Path directory = this.path.getParent();
        if (permissions != null && directory != null && bytes(directory) + TEMPORARY_NAME > MAX_PATH) {
            throw new IllegalArgumentException(this + ": directory of " + bytes(directory) + " bytes (expected: <= "
                    + (MAX_PATH - TEMPORARY_NAME) + " with permissions)");
        }
    }

    private static int bytes(Path path) {
        return path.toString().getBytes(StandardCharsets.UTF_8).length;
    }

    @Override
    public Channel bind(ServerBootstrap bootstrap, Transport transport) throws IOException {
        removeStaleFile();
        bootstrap.channel(transport.unixServerChannel()).attr(PATH, path).childAttr(PATH, path);
        Channel bound = permissions == null
                ? bind(bootstrap, transport.unixAddress(path))
                : bindWithPermissions(bootstrap, transport, permissions);
        try {
            fileKey = readFileKey();
        } catch (IOException | RuntimeException e) {
            bound.close().awaitUninterruptibly();
            throw failure(reason(e), e);
        }
        return bound;
    }

    /** Creates the file in a private directory, and moves it after its permissions are set. The umask has no effect. */
    private Channel bindWithPermissions(
            ServerBootstrap bootstrap, Transport transport, Set<PosixFilePermission> permissions) throws IOException {
        Path temporary = createTemporaryDirectory();
        Path socket = temporary.resolve("s");
        Channel bound = null;
        try {
            bound = bind(bootstrap, transport.unixAddress(socket));
            Files.setPosixFilePermissions(socket, permissions);
            Files.move(socket, path, StandardCopyOption.ATOMIC_MOVE);
            return bound;
        } catch (IOException | RuntimeException e) {
            if (bound == null) {
                throw e;
            }
            bound.close().awaitUninterruptibly();
            throw failure(reason(e), e);
        } finally {
            Files.deleteIfExists(socket);
            Files.deleteIfExists(temporary);
        }
    }

    private Path createTemporaryDirectory() throws IOException {
        Path directory = path.getParent() == null ? path : path.getParent();
        for (int attempts = 0; ; attempts++) {
            String name = ".sp" + Integer.toString(ThreadLocalRandom.current().nextInt(36 * 36 * 36 * 36), 36);
            try {
                return Files.createDirectory(directory.resolve(name), PosixFilePermissions.asFileAttribute(OWNER));
            } catch (FileAlreadyExistsException taken) {
                if (attempts == 100) {
                    throw failure("no free name for a temporary directory in " + directory, taken);
                }
            } catch (IOException e) {
                throw failure(reason(e), e);
            }
        }
    }

    /** Returns a reason where the JDK's message consists only of a path. */
    private static String reason(Exception e) {
        if (e instanceof NoSuchFileException missing) {
            return "no such directory: " + missing.getFile();
        }
        return e instanceof AccessDeniedException denied
                ? "permission denied: " + denied.getFile()
                : String.valueOf(e.getMessage());
    }

    /** Removes the file of a terminated server. Native transports of Netty would remove any file. */
    private void removeStaleFile() throws IOException {
        if (!Files.exists(path, LinkOption.NOFOLLOW_LINKS)) {
            return;
        }
        if (((Integer) Files.getAttribute(path, "unix:mode", LinkOption.NOFOLLOW_LINKS) & FILE_TYPE_MASK)
                != SOCKET_TYPE) {
            throw failure("the existing file is not a socket", null);
        }
        try (SocketChannel probe = SocketChannel.open(StandardProtocolFamily.UNIX)) {
            // connected, or pending because that server is busy
            probe.configureBlocking(false);
            probe.connect(UnixDomainSocketAddress.of(path));
        } catch (ConnectException refused) {
            Files.deleteIfExists(path);
            LOG.info("stale socket file removed: path={}", path);
            return;
        } catch (IOException e) {
            throw failure(String.valueOf(e.getMessage()), e);
        }
        throw failure("Address already in use", null);
    }

    private @Nullable Object readFileKey() throws IOException {
        return Files.readAttributes(path, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS)
                .fileKey();
    }

    @Override
    public SocketAddress address(Channel bound) {
        return UnixDomainSocketAddress.of(path);
    }

    /** Removes the file, unless another server has replaced it. */
    @Override
    public void closed() {
        try {
            if (fileKey != null && Files.exists(path, LinkOption.NOFOLLOW_LINKS) && fileKey.equals(readFileKey())) {
                Files.delete(path);
            }
        } catch (IOException e) {
            LOG.warn("cannot remove socket file: path={} cause=\"{}\" (remove it by hand)", path, e.toString());
        }
    }

    @Override
    public String toString() {
        return "unix:" + path;
    }

    /** Returns the local address of a connection. */
    static SocketAddress local(Channel channel) {
        Path path = channel.hasAttr(PATH) ? channel.attr(PATH).get() : null;
        return path == null ? plain(channel.localAddress()) : UnixDomainSocketAddress.of(path);
    }

    /** Converts Netty's address type for Unix domain sockets to the JDK's. */
    static SocketAddress plain(SocketAddress address) {
        // checked by name, because the class may be missing
        return address.getClass().getName().startsWith("io.netty.channel.unix.") ? Native.plain(address) : address;
    }

    private static final class Native {
        static SocketAddress plain(SocketAddress address) {
            return address instanceof DomainSocketAddress unix ? UnixDomainSocketAddress.of(unix.path()) : address;
        }
    }
}
