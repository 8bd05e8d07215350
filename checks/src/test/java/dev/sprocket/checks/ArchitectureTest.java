package dev.sprocket.checks;

import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Test;

/** Rules for dependencies between modules, packages of public types and type names. */
@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
class ArchitectureTest {
    private static final String ROOT = "dev.sprocket.";

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
            Map.entry("wamp.msgpack", Set.of("wamp")),
            Map.entry("wamp.cbor", Set.of("wamp")),
            Map.entry("sse", Set.of("core", "http", "pubsub")),
            Map.entry("session", Set.of("core", "http")),
            Map.entry("session.redis", Set.of("session", "plugin")),
            Map.entry("session.jdbc", Set.of("session", "plugin")),
            Map.entry("session.memcached", Set.of("session", "plugin")),
            Map.entry("session.jwt", Set.of("core", "http", "session", "plugin")),
            Map.entry("plugin", Set.of("core")),
            Map.entry("bridge.zmq", Set.of("core", "pubsub", "plugin")),
            Map.entry("bridge.tcp", Set.of("core", "pubsub", "plugin")),
            Map.entry("bridge.http", Set.of("core", "http", "pubsub", "plugin")),
            Map.entry("app", Set.of("core", "http", "websocket", "pubsub", "wamp", "sse", "session", "plugin")),
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
                            "app",
                            "bridge.zmq",
                            "bridge.tcp",
                            "bridge.http")),
            Map.entry("testkit", Set.of("core", "http", "websocket", "pubsub", "wamp")),
            Map.entry(
                    "examples",
                    Set.of("core", "http", "websocket", "pubsub", "wamp", "sse", "plugin", "app", "bridge.zmq"))));

    private static String module(JavaClass type) {
        String name = type.getPackageName();
        return name.substring(ROOT.length()).replaceAll("\\.spi$", "");
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

    @Test
    void layers_do_not_depend_on_guice_or_configuration() {
        noClasses()
                .that()
                .resideInAnyPackage(
                        "dev.sprocket.core..",
                        "dev.sprocket.http..",
                        "dev.sprocket.websocket..",
                        "dev.sprocket.pubsub..",
                        "dev.sprocket.wamp..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("com.google.inject..", "com.typesafe..", "picocli..")
                .check(ALL);
    }

    @Test
    void public_types_are_in_module_or_spi_packages() {
        Set<String> packages = new TreeSet<>();
        for (String module : ALLOWED_DEPENDENCIES.keySet()) {
            packages.add(ROOT + module);
            packages.add(ROOT + module + ".spi");
        }
        packages.add(ROOT + "leaktest");
        packages.add(ROOT + "checks");
        classes()
                .that()
                .arePublic()
                .should()
                .resideInAnyPackage(packages.toArray(String[]::new))
                .check(ALL);
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
