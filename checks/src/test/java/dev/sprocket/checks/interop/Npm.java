package dev.sprocket.checks.interop;

import dev.sprocket.checks.RequiredPrograms;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Packages of npm that tests require, installed once. */
public final class Npm {
    private Npm() {}

    /** Installs packages ({@code ws@8}) and returns their directory, for {@code NODE_PATH}. */
    public static String modules(String... packages) throws Exception {
        RequiredPrograms.require("node");
        Path modules = Path.of("target", "interop", "npm").toAbsolutePath();
        for (String name : packages) {
            if (!Files.exists(modules.resolve("node_modules").resolve(name.substring(0, name.indexOf('@'))))) {
                RequiredPrograms.require("npm");
                Files.createDirectories(modules);
                List<String> install = new ArrayList<>(List.of(
                        "npm", "install", "--silent", "--no-audit", "--no-fund", "--prefix", modules.toString()));
                install.addAll(List.of(packages));
                RequiredPrograms.requireWorking(
                        String.join(", ", packages) + ", from npm", install.toArray(String[]::new));
                break;
            }
        }
        return modules.resolve("node_modules").toString();
    }
}
