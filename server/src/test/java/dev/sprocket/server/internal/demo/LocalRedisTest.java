package dev.sprocket.server.internal.demo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
class LocalRedisTest {
    @TempDir
    private Path folder;

    private Path program(String script) throws IOException {
        Path program = Files.writeString(folder.resolve(LocalRedis.PROGRAM), "#!/bin/sh\n" + script + "\n");
        assertThat(program.toFile().setExecutable(true)).isTrue();
        return program;
    }

    @Test
    void finds_executable_files_only() throws Exception {
        String path = folder + File.pathSeparator + "/nonexistent" + File.pathSeparator;
        assertThat(LocalRedis.find("")).isEmpty();
        Path text = Files.writeString(folder.resolve(LocalRedis.PROGRAM), "no program");
        assertThat(LocalRedis.find(path)).isEmpty();
        Files.delete(text);
        Files.createDirectory(text);
        assertThat(LocalRedis.find(path)).isEmpty();
        Files.delete(text);
        Path program = program("exit 1");
        assertThat(LocalRedis.find(path)).contains(program);
    }

    @Test
    void failed_start_tells_the_last_line() throws Exception {
        Path program = program("echo starting; echo 'Bad directive or wrong number of arguments'; exit 1");
        assertThatThrownBy(() -> LocalRedis.start(program))
                .isInstanceOf(IOException.class)
                .hasMessage(program + " did not start: Bad directive or wrong number of arguments");
    }
}
