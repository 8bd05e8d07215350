package dev.sprocket.checks;

import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.library.dependencies.SlicesRuleDefinition;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Test;

/** Rules for dependencies of modules, packages and types, and for the public API. */
@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
class ArchitectureTest {
    private static final String ROOT = "dev.sprocket.";

    private static final int LARGEST_PACKAGE = 35;
    private static final int LARGEST_KNOT = 12;

    /** Modules that require plugins, and not only offer one. */
    private static final Set<String> HOSTS = Set.of("plugin", "config", "server", "checks");

    private static final JavaClasses ALL = new ClassFileImporter()
            .withImportOption(new ImportOption.DoNotIncludeTests())
            .importPackages("dev.sprocket");

    /** Modules that each module may use directly. */
    private static final Map<String, Set<String>> ALLOWED_DEPENDENCIES = new TreeMap<>(Map.ofEntries(
            Map.entry("core", Set.of()),
            Map.entry("http", Set.of("core")),
            Map.entry("websocket", Set.of("core", "http")),
            Map.entry("pubsub", Set.of("core")),
            Map.entry("wamp", Set.of("core", "http", "websocket", "pubsub")),
            Map.entry("cluster", Set.of("core", "pubsub")),
            Map.entry("cluster.redis", Set.of("cluster", "core", "plugin", "pubsub")),
            Map.entry("wamp.msgpack", Set.of("wamp")),
            Map.entry("wamp.cbor", Set.of("wamp")),
            Map.entry("sse", Set.of("core", "http", "pubsub")),
            Map.entry("comet", Set.of("core", "http", "pubsub", "wamp", "plugin")),
            Map.entry("legacy", Set.of("core", "http", "websocket", "pubsub", "wamp", "plugin")),
            Map.entry("session", Set.of("core", "http")),
            Map.entry("session.spring", Set.of("session", "plugin")),
            Map.entry("session.redis", Set.of("session", "plugin")),
            Map.entry("session.jdbc", Set.of("session", "plugin")),
            Map.entry("session.memcached", Set.of("session", "plugin")),
            Map.entry("session.jwt", Set.of("core", "http", "session", "plugin")),
            Map.entry("plugin", Set.of("core")),
            Map.entry("bridge.zmq", Set.of("core", "pubsub", "plugin")),
            Map.entry("bridge.tcp", Set.of("core", "pubsub", "plugin")),
            Map.entry("bridge.http", Set.of("core", "http", "pubsub", "plugin")),
            Map.entry("metrics", Set.of("core", "http", "plugin")),
            Map.entry("app", Set.of("core", "http", "websocket", "pubsub", "wamp")),
            Map.entry(
                    "config",
                    Set.of("core", "http", "websocket", "pubsub", "wamp", "sse", "session", "plugin", "cluster")),
            Map.entry(
                    "server",
                    Set.of(
                            "core",
                            "http",
                            "websocket",
                            "pubsub",
                            "wamp",
                            "sse",
                            "plugin",
                            "config",
                            "cluster",
                            "cluster.redis",
                            "bridge.zmq",
                            "bridge.tcp",
                            "bridge.http")),
            Map.entry("testkit", Set.of("core", "http", "websocket", "pubsub", "wamp", "cluster")),
            Map.entry(
                    "examples",
                    Set.of(
                            "core",
                            "http",
                            "websocket",
                            "pubsub",
                            "wamp",
                            "comet",
                            "legacy",
                            "app",
                            "cluster",
                            "bridge.zmq"))));

    /** Returns the module of a type: the longest known prefix of its package. */
    private static String module(JavaClass type) {
        String name = type.getPackageName().substring(ROOT.length());
        for (String prefix = name; !prefix.isEmpty(); prefix = parent(prefix)) {
            if (ALLOWED_DEPENDENCIES.containsKey(prefix)) {
                return prefix;
            }
        }
        int dot = name.indexOf('.');
        return dot < 0 ? name : name.substring(0, dot);
    }

    private static String parent(String name) {
        return name.substring(0, Math.max(0, name.lastIndexOf('.')));
    }

    @Test
    void modules_use_only_allowed_modules() {
        Map<String, Set<String>> dependencies = new TreeMap<>();
        for (JavaClass type : ALL) {
            Set<String> used = dependencies.computeIfAbsent(module(type), name -> new TreeSet<>());
            type.getDirectDependenciesFromSelf().stream()
                    .map(dependency -> dependency.getTargetClass().getBaseComponentType())
                    .filter(resideInAPackage("dev.sprocket.."))
                    .map(ArchitectureTest::module)
                    .forEach(used::add);
        }
        dependencies.remove("checks");
        dependencies.remove("leaktest");
        assertThat(dependencies.keySet()).isEqualTo(ALLOWED_DEPENDENCIES.keySet());
        dependencies.forEach((module, used) -> {
            used.remove(module);
            assertThat(ALLOWED_DEPENDENCIES.get(module))
                    .as("modules that %s may use", module)
                    .containsAll(used);
        });
    }

    /** Other modules work without the optional dependency {@code sprocket-plugin}. */
    @Test
    void only_plugin_packages_use_plugin_guice_or_configuration() {
        noClasses()
                .that(
                        new DescribedPredicate<JavaClass>(
                                "outside of packages internal.plugin and the modules " + HOSTS) {
                            @Override
                            public boolean test(JavaClass type) {
                                return !HOSTS.contains(module(type))
                                        && !type.getPackageName().endsWith(".internal.plugin");
                            }
                        })
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("dev.sprocket.plugin..", "com.google.inject..", "com.typesafe..", "picocli..")
                .check(ALL);
    }

    @Test
    void public_signatures_do_not_mention_internal_types() {
        Set<String> leaks = new TreeSet<>();
        for (JavaClass type : ALL) {
            if (!isExported(type)) {
                continue;
            }
            type.getAllRawSuperclasses().stream()
                    .filter(ArchitectureTest::isInternal)
                    .forEach(parent -> leaks.add(type.getName() + " extends " + parent.getName()));
            type.getAllRawInterfaces().stream()
                    .filter(ArchitectureTest::isInternal)
                    .forEach(parent -> leaks.add(type.getName() + " implements " + parent.getName()));
            type.getMembers().stream()
                    .filter(member -> member.getModifiers().contains(JavaModifier.PUBLIC)
                            || member.getModifiers().contains(JavaModifier.PROTECTED))
                    .forEach(member -> member.getAllInvolvedRawTypes().stream()
                            .filter(ArchitectureTest::isInternal)
                            .forEach(leak -> leaks.add(member.getFullName() + " mentions " + leak.getName())));
        }
        assertThat(leaks)
                .as("internal types in the public API (move the type to an exported package, or hide the member)")
                .isEmpty();
    }

    private static boolean isInternal(JavaClass type) {
        return type.getPackageName().startsWith(ROOT) && (type.getPackageName() + '.').contains(".internal.");
    }

    /** Reports whether users of the library can name a type. */
    private static boolean isExported(JavaClass type) {
        if (isInternal(type) || !type.getModifiers().contains(JavaModifier.PUBLIC)) {
            return false;
        }
        return type.getEnclosingClass().map(ArchitectureTest::isExported).orElse(true);
    }

    @Test
    void packages_do_not_depend_on_each_other() {
        SlicesRuleDefinition.slices()
                .matching("dev.sprocket.(**)")
                .should()
                .beFreeOfCycles()
                .check(ALL);
    }

    @Test
    void packages_hold_at_most_35_files() throws IOException {
        Map<String, Integer> sizes = new TreeMap<>();
        Path root = Path.of("").toAbsolutePath().getParent();
        try (Stream<Path> files = Files.walk(root)) {
            files.map(file -> root.relativize(file).toString())
                    .filter(file -> file.matches("(?!target/).*src/(main|test)/java/.*\\.java"))
                    .filter(file -> !file.contains("/target/"))
                    .forEach(file ->
                            sizes.merge(parent(file.replace('/', '.').replaceAll("\\.java$", "")), 1, Integer::sum));
        }
        print("Largest packages", sizes);
        assertThat(sizes).hasSizeGreaterThan(50);
        assertThat(sizes.values()).allSatisfy(size -> assertThat(size).isLessThanOrEqualTo(LARGEST_PACKAGE));
    }

    @Test
    void at_most_12_types_depend_on_each_other() {
        Map<String, Set<String>> uses = new TreeMap<>();
        for (JavaClass type : ALL) {
            Set<String> used = uses.computeIfAbsent(outermost(type), name -> new TreeSet<>());
            Stream<JavaClass> named =
                    type.getDirectDependenciesFromSelf().stream().map(dependency -> dependency.getTargetClass());
            Stream<JavaClass> passed = type.getCodeUnitCallsFromSelf().stream()
                    .map(call -> call.getTarget())
                    .flatMap(target -> Stream.concat(
                            target.getRawParameterTypes().stream(), Stream.of(target.getRawReturnType())));
            Stream.concat(named, passed)
                    .map(JavaClass::getBaseComponentType)
                    .filter(resideInAPackage("dev.sprocket.."))
                    .map(ArchitectureTest::outermost)
                    .forEach(used::add);
        }
        Map<String, Integer> sizes = new TreeMap<>();
        for (Set<String> knot : new StronglyConnectedComponents(uses).find()) {
            sizes.put(String.join(" ", knot).replace(ROOT, ""), knot.size());
        }
        print("Largest groups of types that depend on each other", sizes);
        assertThat(uses).hasSizeGreaterThan(500);
        assertThat(sizes.values()).allSatisfy(size -> assertThat(size).isLessThanOrEqualTo(LARGEST_KNOT));
    }

    private static String outermost(JavaClass type) {
        return type.getName().replaceAll("\\$.*", "");
    }

    private static void print(String title, Map<String, Integer> sizes) {
        System.out.println(title + ":");
        sizes.entrySet().stream()
                .sorted(Map.Entry.<String, Integer>comparingByValue().reversed())
                .limit(5)
                .forEach(entry -> System.out.printf("%5d  %s%n", entry.getValue(), entry.getKey()));
    }

    @Test
    void architecture_page_names_existing_methods() throws IOException {
        Matcher mentioned = Pattern.compile("`([A-Z]\\w*)\\.([a-z]\\w*)`")
                .matcher(Files.readString(Path.of("../docs/architecture.md")));
        Set<String> unknown = new TreeSet<>();
        int found = 0;
        while (mentioned.find()) {
            found++;
            String type = mentioned.group(1);
            String method = mentioned.group(2);
            boolean exists = ALL.stream()
                    .filter(candidate -> candidate.getSimpleName().equals(type))
                    .flatMap(candidate -> candidate.getAllMethods().stream())
                    .anyMatch(candidate -> candidate.getName().equals(method));
            if (!exists) {
                unknown.add(mentioned.group());
            }
        }
        assertThat(unknown).isEmpty();
        assertThat(found).isGreaterThan(40);
    }

    @Test
    void type_names_have_no_meaningless_suffix() {
        noClasses()
                .should(com.tngtech.archunit.lang.conditions.ArchConditions.be(
                        new DescribedPredicate<JavaClass>("called …Impl, …Utils, …Helper, …Manager or Abstract…") {
                            @Override
                            public boolean test(JavaClass type) {
                                return type.getSimpleName()
                                        .matches("Abstract[A-Z].*|I[A-Z][a-z].*|.*(Impl\\d*|Utils?|Helper|Manager)");
                            }
                        }))
                .check(ALL);
    }
}
