package dev.sprocket.core;

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
 * A Unix domain socket: a file of this machine. One that a server left behind is removed, one that a server listens on is
 * not. Not thread-safe.
 */
final class UnixAddress implements ListenAddress {
    /** The system keeps the path in 108 bytes, the last of which is 0 (unix(7)). */
    private static final int LONGEST = 107;

    /** What {@code /.spXXXX/s} takes. */
    private static final int APART = 10;

    private static final Set<PosixFilePermission> OWNER = PosixFilePermissions.fromString("rwx------");
    /** Where clients have connected to; the socket itself knows the name under which it was made. */
    private static final AttributeKey<Path> PATH = AttributeKey.valueOf(UnixAddress.class, "path");

    private static final int KIND = 0170000;
    private static final int SOCKET = 0140000;

    private static final Logger LOG = LoggerFactory.getLogger(IoServer.class);

    private final Path path;
    private final @Nullable Set<PosixFilePermission> permissions;
    private @Nullable Object own;

    UnixAddress(Path path, @Nullable Set<PosixFilePermission> permissions) {
        this.path = path.toAbsolutePath();
        this.permissions = permissions;
        int length = bytes(this.path);
        if (length > LONGEST) {
            throw new IllegalArgumentException(this + ": " + length + " bytes (expected: <= " + LONGEST + ")");
        }
        Path folder = this.path.getParent();
        if (permissions != null && folder != null && bytes(folder) + APART > LONGEST) {
            throw new IllegalArgumentException(this + ": a folder of " + bytes(folder) + " bytes (expected: <= "
                    + (LONGEST - APART) + " with permissions)");
        }
    }

    private static int bytes(Path path) {
        return path.toString().getBytes(StandardCharsets.UTF_8).length;
    }

    @Override
    public Channel bind(ServerBootstrap bootstrap, Transport transport) throws IOException {
        makeRoom();
        bootstrap.channel(transport.unixServerChannel()).attr(PATH, path).childAttr(PATH, path);
        Channel bound = permissions == null
                ? bind(bootstrap, transport.unixAddress(path))
                : bindClosed(bootstrap, transport, permissions);
        try {
            own = file();
        } catch (IOException | RuntimeException e) {
            bound.close().awaitUninterruptibly();
            throw failure(reason(e), e);
        }
        return bound;
    }

    /** Makes the file where nobody else can reach it, and moves it once its permissions are set: umask has no say. */
    private Channel bindClosed(ServerBootstrap bootstrap, Transport transport, Set<PosixFilePermission> who)
            throws IOException {
        Path apart = apart();
        Path made = apart.resolve("s");
        Channel bound = null;
        try {
            bound = bind(bootstrap, transport.unixAddress(made));
            Files.setPosixFilePermissions(made, who);
            Files.move(made, path, StandardCopyOption.ATOMIC_MOVE);
            return bound;
        } catch (IOException | RuntimeException e) {
            if (bound == null) {
                throw e;
            }
            bound.close().awaitUninterruptibly();
            throw failure(reason(e), e);
        } finally {
            Files.deleteIfExists(made);
            Files.deleteIfExists(apart);
        }
    }

    private Path apart() throws IOException {
        Path folder = path.getParent() == null ? path : path.getParent();
        for (int tries = 0; ; tries++) {
            String name = ".sp" + Integer.toString(ThreadLocalRandom.current().nextInt(36 * 36 * 36 * 36), 36);
            try {
                return Files.createDirectory(folder.resolve(name), PosixFilePermissions.asFileAttribute(OWNER));
            } catch (FileAlreadyExistsException taken) {
                if (tries == 100) {
                    throw failure("no free name for a folder in " + folder, taken);
                }
            } catch (IOException e) {
                throw failure(reason(e), e);
            }
        }
    }

    /** In words, where the JDK's message is a path alone. */
    private static String reason(Exception e) {
        if (e instanceof NoSuchFileException missing) {
            return "no such folder: " + missing.getFile();
        }
        return e instanceof AccessDeniedException denied
                ? "permission denied: " + denied.getFile()
                : String.valueOf(e.getMessage());
    }

    /** Netty's native transports remove whatever is in the way, so what may be removed is decided before. */
    private void makeRoom() throws IOException {
        if (!Files.exists(path, LinkOption.NOFOLLOW_LINKS)) {
            return;
        }
        if (((Integer) Files.getAttribute(path, "unix:mode", LinkOption.NOFOLLOW_LINKS) & KIND) != SOCKET) {
            throw failure("the file there is not a socket", null);
        }
        try (SocketChannel probe = SocketChannel.open(StandardProtocolFamily.UNIX)) {
            // connected, or not yet because that server is busy
            probe.configureBlocking(false);
            probe.connect(UnixDomainSocketAddress.of(path));
        } catch (ConnectException nobody) {
            Files.deleteIfExists(path);
            LOG.info("{}: removed what another server left behind", this);
            return;
        } catch (IOException e) {
            throw failure(String.valueOf(e.getMessage()), e);
        }
        throw failure("Address already in use", null);
    }

    private @Nullable Object file() throws IOException {
        return Files.readAttributes(path, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS)
                .fileKey();
    }

    @Override
    public SocketAddress address(Channel bound) {
        return UnixDomainSocketAddress.of(path);
    }

    /** Removes the file, unless another server has put its own there by now. */
    @Override
    public void closed() {
        try {
            if (own != null && Files.exists(path, LinkOption.NOFOLLOW_LINKS) && own.equals(file())) {
                Files.delete(path);
            }
        } catch (IOException e) {
            LOG.warn("{}: not removed: {}", this, e.toString());
        }
    }

    @Override
    public String toString() {
        return "unix:" + path;
    }

    /** Where a connection has arrived. */
    static SocketAddress local(Channel channel) {
        Path path = channel.hasAttr(PATH) ? channel.attr(PATH).get() : null;
        return path == null ? plain(channel.localAddress()) : UnixDomainSocketAddress.of(path);
    }

    /** An address without Netty's own type for Unix domain sockets, which the platform has one for. */
    static SocketAddress plain(SocketAddress address) {
        // by name: the class need not be there
        return address.getClass().getName().startsWith("io.netty.channel.unix.") ? Native.plain(address) : address;
    }

    private static final class Native {
        static SocketAddress plain(SocketAddress address) {
            return address instanceof DomainSocketAddress unix ? UnixDomainSocketAddress.of(unix.path()) : address;
        }
    }
}
