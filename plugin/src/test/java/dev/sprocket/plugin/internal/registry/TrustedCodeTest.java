package dev.sprocket.plugin.internal.registry;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assumptions.assumeThat;

import dev.sprocket.plugin.config.ConfigurationException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** Owners and permissions of plugin jars. */
@EnabledOnOs({OS.LINUX, OS.MAC})
@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
class TrustedCodeTest {
    @TempDir
    Path home;

    private Path folder;
    private Path jar;

    @BeforeEach
    void plugins() throws Exception {
        folder = Files.createDirectory(home.resolve("plugins"));
        jar = folder.resolve("evil.jar");
        try (ZipOutputStream out = new ZipOutputStream(Files.newOutputStream(jar))) {
            out.putNextEntry(new ZipEntry("nothing"));
        }
        mode(jar, "rw-r--r--");
        mode(folder, "rwxr-xr-x");
    }

    private static void mode(Path path, String mode) throws Exception {
        Files.setPosixFilePermissions(path, PosixFilePermissions.fromString(mode));
    }

    private void refused(Path culprit, String reason) {
        assertThatThrownBy(() -> Plugins.discover().andDirectory(folder))
                .isInstanceOf(ConfigurationException.class)
                .hasMessageStartingWith("plugins: not loaded: " + culprit + ": " + reason);
    }

    @Test
    void own_jar_in_own_directory_is_loaded() {
        assertThatCode(() -> TrustedCode.check(jar)).doesNotThrowAnyException();
    }

    @Test
    void jar_in_world_writable_directory_is_rejected() throws Exception {
        mode(folder, "rwxrwxrwx");

        refused(folder, "world-writable (expected: writable by its owner only; use chmod o-w)");
    }

    @Test
    void sticky_plugin_directory_is_rejected() throws Exception {
        Files.setAttribute(folder, "unix:mode", 01777);

        refused(folder, "world-writable");
    }

    @Test
    void world_writable_jar_is_rejected() throws Exception {
        mode(jar, "rw-rw-rw-");

        refused(jar, "world-writable");
    }

    @Test
    void world_writable_parent_is_rejected_unless_sticky() throws Exception {
        mode(home, "rwxrwxrwx");
        refused(home, "world-writable");

        Files.setAttribute(home, "unix:mode", 01777);
        assertThatCode(() -> TrustedCode.check(jar)).doesNotThrowAnyException();
        mode(home, "rwx------");
    }

    @Test
    void link_into_world_writable_directory_is_rejected() throws Exception {
        Path open = Files.createDirectory(home.resolve("open"));
        Path target = Files.move(jar, open.resolve("real.jar"));
        Files.createSymbolicLink(jar, target);
        mode(open, "rwxrwxrwx");

        refused(open.toRealPath(), "world-writable");
    }

    @Test
    void directory_without_jars_is_not_checked() throws Exception {
        Files.delete(jar);
        mode(folder, "rwxrwxrwx");

        assertThatCode(() -> Plugins.discover().andDirectory(folder)).doesNotThrowAnyException();
    }

    @Test
    void foreign_owner_is_rejected() throws Exception {
        assumeThat(Files.getAttribute(home, "unix:uid"))
                .as("only root can give a file away")
                .isEqualTo(0);
        Files.setAttribute(jar, "unix:uid", 12345);
        refused(jar, "owned by user 12345 (expected: the user that runs Sprocket, or root; use chown)");

        Files.setAttribute(jar, "unix:uid", 0);
        Files.setAttribute(folder, "unix:uid", 12345);
        refused(folder, "owned by user 12345");
    }
}
