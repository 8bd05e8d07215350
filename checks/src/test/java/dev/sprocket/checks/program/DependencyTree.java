package dev.sprocket.checks.program;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.maven.model.Dependency;
import org.apache.maven.model.Exclusion;
import org.apache.maven.model.Model;
import org.apache.maven.model.Parent;
import org.apache.maven.model.Repository;
import org.apache.maven.model.building.DefaultModelBuilderFactory;
import org.apache.maven.model.building.DefaultModelBuildingRequest;
import org.apache.maven.model.building.FileModelSource;
import org.apache.maven.model.building.ModelBuildingException;
import org.apache.maven.model.building.ModelBuildingRequest;
import org.apache.maven.model.building.ModelSource2;
import org.apache.maven.model.resolution.ModelResolver;
import org.apache.maven.model.resolution.UnresolvableModelException;

/**
 * Compile and runtime dependencies of a module, including indirect ones.
 *
 * <p>They are read from the POM files of this build and of the local repository. Versions are not selected: the tree
 * contains the dependencies of all versions whose POM file is present.
 */
final class DependencyTree {
    private static final Set<String> SCOPES = Set.of("compile", "runtime");

    private final Path localRepository;
    /** POM files of this build by group and artifact. */
    private final Map<String, Path> modules = new HashMap<>();

    private final Map<String, Optional<Model>> models = new HashMap<>();

    DependencyTree(Path root, Path localRepository) throws IOException {
        this.localRepository = localRepository;
        modules.put("dev.sprocket:sprocket-parent", root.resolve("pom.xml"));
        Matcher folders =
                Pattern.compile("<module>([^<]+)</module>").matcher(Files.readString(root.resolve("pom.xml")));
        while (folders.find()) {
            Path pom = root.resolve(folders.group(1)).resolve("pom.xml");
            Matcher name = Pattern.compile("<artifactId>(sprocket-(?!parent)[^<]+)</artifactId>")
                    .matcher(Files.readString(pom));
            if (name.find()) {
                modules.put("dev.sprocket:" + name.group(1), pom);
            }
        }
    }

    /** Returns the compile and runtime dependencies of a module, as group and artifact, and itself. */
    Set<String> of(String module) {
        return of(module, SCOPES);
    }

    /** Returns the dependencies of some scopes only, such as {@code compile}. */
    Set<String> of(String module, Set<String> scopes) {
        Set<String> found = new TreeSet<>();
        collect("dev.sprocket", module, "", scopes, Set.of(), found, new HashSet<>());
        return found;
    }

    /** Returns the POM file of a module. */
    Path file(String module) {
        return pom("dev.sprocket", module, "");
    }

    /** Returns the model of a module, with values of its parent and imports. */
    Model effective(String module) {
        return model("dev.sprocket", module, "").orElseThrow();
    }

    private void collect(
            String group,
            String artifact,
            String version,
            Set<String> scopes,
            Set<String> excluded,
            Set<String> found,
            Set<String> seen) {
        found.add(group + ":" + artifact);
        if (!seen.add(group + ":" + artifact + ":" + version + excluded)) {
            return;
        }
        Optional<Model> model = model(group, artifact, version);
        if (model.isEmpty()) {
            return; // not needed by this build, which selects another version
        }
        for (Dependency dependency : model.get().getDependencies()) {
            boolean skipped = dependency.isOptional()
                    || !scopes.contains(dependency.getScope() == null ? "compile" : dependency.getScope())
                    || excluded.contains(dependency.getGroupId() + ":" + dependency.getArtifactId())
                    || excluded.contains(dependency.getGroupId() + ":*")
                    || excluded.contains("*:*");
            if (!skipped) {
                Set<String> below = new TreeSet<>(excluded);
                for (Exclusion exclusion : dependency.getExclusions()) {
                    below.add(exclusion.getGroupId() + ":" + exclusion.getArtifactId());
                }
                collect(
                        dependency.getGroupId(),
                        dependency.getArtifactId(),
                        dependency.getVersion(),
                        scopes,
                        below,
                        found,
                        seen);
            }
        }
    }

    private Optional<Model> model(String group, String artifact, String version) {
        Optional<Model> known = models.get(group + ":" + artifact + ":" + version);
        if (known == null) {
            known = build(group, artifact, version);
            models.put(group + ":" + artifact + ":" + version, known);
        }
        return known;
    }

    private Optional<Model> build(String group, String artifact, String version) {
        Path pom = pom(group, artifact, version);
        boolean own = modules.containsKey(group + ":" + artifact);
        if (!Files.isRegularFile(pom)) {
            if (own) {
                throw new IllegalStateException(pom + ": no such file");
            }
            return Optional.empty();
        }
        ModelBuildingRequest request = new DefaultModelBuildingRequest()
                .setModelSource(new FileModelSource(pom.toFile()))
                .setModelResolver(new Poms())
                .setProcessPlugins(false)
                .setSystemProperties(System.getProperties())
                .setValidationLevel(ModelBuildingRequest.VALIDATION_LEVEL_MINIMAL);
        try {
            return Optional.of(new DefaultModelBuilderFactory()
                    .newInstance()
                    .build(request)
                    .getEffectiveModel());
        } catch (ModelBuildingException e) {
            if (own) {
                throw new IllegalStateException(pom + ": " + e.getMessage(), e);
            }
            return Optional.empty();
        }
    }

    private Path pom(String group, String artifact, String version) {
        Path module = modules.get(group + ":" + artifact);
        return module != null
                ? module
                : localRepository
                        .resolve(group.replace('.', File.separatorChar))
                        .resolve(artifact)
                        .resolve(version)
                        .resolve(artifact + "-" + version + ".pom");
    }

    /** Finds parents and imported POM files. */
    private final class Poms implements ModelResolver {
        @Override
        public ModelSource2 resolveModel(String group, String artifact, String version)
                throws UnresolvableModelException {
            Path pom = pom(group, artifact, version);
            if (!Files.isRegularFile(pom)) {
                throw new UnresolvableModelException("not in " + localRepository, group, artifact, version);
            }
            return new FileModelSource(pom.toFile());
        }

        @Override
        public ModelSource2 resolveModel(Parent parent) throws UnresolvableModelException {
            return resolveModel(parent.getGroupId(), parent.getArtifactId(), parent.getVersion());
        }

        @Override
        public ModelSource2 resolveModel(Dependency imported) throws UnresolvableModelException {
            return resolveModel(imported.getGroupId(), imported.getArtifactId(), imported.getVersion());
        }

        @Override
        public void addRepository(Repository repository) {}

        @Override
        public void addRepository(Repository repository, boolean replace) {}

        @Override
        public ModelResolver newCopy() {
            return this;
        }
    }
}
