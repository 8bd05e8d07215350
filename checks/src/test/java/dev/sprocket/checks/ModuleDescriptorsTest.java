package dev.sprocket.checks;

import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.io.IOException;
import java.lang.reflect.Constructor;
import java.lang.reflect.Executable;
import java.lang.reflect.Field;
import java.lang.reflect.GenericArrayType;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.Type;
import java.lang.reflect.TypeVariable;
import java.lang.reflect.WildcardType;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
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

/** Tests module descriptors, module names and the boundary of exported packages. */
@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
class ModuleDescriptorsTest {
    /** Folders of the modules with a descriptor. */
    private static final List<String> NAMED = List.of("core", "http", "websocket", "pubsub", "wamp", "sse", "session");
    /** Folders of programs, which run on the class path. */
    private static final Set<String> PROGRAMS = Set.of("server", "examples");

    private static final Pattern NAME = Pattern.compile("<module\\.name>([\\w.]+)</module\\.name>");
    private static final Pattern EXPORTS = Pattern.compile("exports ([\\w.]+)(\\s+to\\s+([\\w.,\\s]+))?;");
    private static final String INTERNAL = ".internal";

    private static final JavaClasses ALL = new ClassFileImporter()
            .withImportOption(new ImportOption.DoNotIncludeTests())
            .importPackages("dev.sprocket");

    private static List<String> folders() throws IOException {
        List<String> folders = new ArrayList<>();
        Matcher modules = Pattern.compile("<module>([^<]+)</module>").matcher(Files.readString(Path.of("../pom.xml")));
        while (modules.find()) {
            folders.add(modules.group(1));
        }
        return folders;
    }

    /** Returns the names on the module path by folder. */
    private static Map<String, String> names() throws IOException {
        Map<String, String> names = new TreeMap<>();
        for (String folder : folders()) {
            Matcher name = NAME.matcher(Files.readString(Path.of("..", folder, "pom.xml")));
            if (name.find()) {
                names.put(folder, name.group(1));
            }
        }
        return names;
    }

    /** Returns the packages of a module that contain types. */
    private static Set<String> packages(String folder) throws IOException {
        Path sources = Path.of("..", folder, "src", "main", "java");
        Set<String> packages = new TreeSet<>();
        if (Files.isDirectory(sources)) {
            try (Stream<Path> files = Files.walk(sources)) {
                files.filter(file -> file.toString().endsWith(".java") && !file.endsWith("package-info.java"))
                        .map(file -> sources.relativize(file).getParent())
                        .filter(found -> found != null)
                        .forEach(found -> packages.add(found.toString().replace('/', '.')));
            }
        }
        return packages;
    }

    private static String descriptor(String folder) throws IOException {
        return Files.readString(Path.of("..", folder, "src", "main", "java", "module-info.java"));
    }

    /** Returns the exported packages of a descriptor, with the modules of a qualified export. */
    private static Map<String, Set<String>> exports(String folder) throws IOException {
        Map<String, Set<String>> exports = new TreeMap<>();
        Matcher found = EXPORTS.matcher(descriptor(folder));
        while (found.find()) {
            String to = found.group(3);
            exports.put(found.group(1), to == null ? Set.of() : new TreeSet<>(Arrays.asList(to.split(",\\s+", -1))));
        }
        return exports;
    }

    @Test
    void published_modules_have_a_name() throws IOException {
        Map<String, String> names = names();
        String bom = Files.readString(Path.of("..", "bom", "pom.xml"));

        for (String folder : folders()) {
            String pom = Files.readString(Path.of("..", folder, "pom.xml"));
            Matcher artifact = Pattern.compile("<artifactId>(sprocket-(?!parent)[^<]+)</artifactId>")
                    .matcher(pom);
            if (artifact.find()
                    && !folder.equals("bom")
                    && bom.contains("<artifactId>" + artifact.group(1) + "</artifactId>")) {
                assertThat(names.get(folder))
                        .as("module.name of " + folder)
                        .isEqualTo("dev." + artifact.group(1).replace('-', '.'));
            }
        }
        assertThat(names.values()).doesNotHaveDuplicates();
    }

    @Test
    void descriptors_have_the_name_of_their_module() throws IOException {
        for (String folder : NAMED) {
            assertThat(descriptor(folder)).contains("\nmodule " + names().get(folder) + " {");
        }
    }

    @Test
    void packages_without_internal_in_their_name_are_exported() throws IOException {
        for (String folder : NAMED) {
            Set<String> open = new TreeSet<>();
            exports(folder).forEach((name, to) -> {
                if (to.isEmpty()) {
                    open.add(name);
                }
            });
            Set<String> expected = packages(folder);
            expected.removeIf(name -> name.contains(INTERNAL));

            assertThat(open).as("exported packages of " + folder).isEqualTo(expected);
        }
    }

    @Test
    void internal_packages_are_exported_to_their_users() throws IOException {
        Map<String, String> moduleOf = new TreeMap<>();
        for (Map.Entry<String, String> module : names().entrySet()) {
            for (String name : packages(module.getKey())) {
                moduleOf.put(name, PROGRAMS.contains(module.getKey()) ? "" : module.getValue());
            }
        }
        Map<String, Set<String>> users = new TreeMap<>();
        for (JavaClass type : ALL) {
            String user = moduleOf.getOrDefault(type.getPackageName(), "");
            type.getDirectDependenciesFromSelf().stream()
                    .map(dependency ->
                            dependency.getTargetClass().getBaseComponentType().getPackageName())
                    .filter(used -> used.contains(INTERNAL) && !user.isEmpty() && !user.equals(moduleOf.get(used)))
                    .forEach(used ->
                            users.computeIfAbsent(used, any -> new TreeSet<>()).add(user));
        }
        for (String folder : NAMED) {
            Map<String, Set<String>> expected = new TreeMap<>(users);
            expected.keySet().retainAll(packages(folder));
            Map<String, Set<String>> qualified = exports(folder);
            qualified.values().removeIf(Set::isEmpty);

            assertThat(qualified).as("qualified exports of " + folder).isEqualTo(expected);
        }
    }

    @Test
    void descriptors_open_no_package() throws IOException {
        for (String folder : NAMED) {
            assertThat(descriptor(folder)).doesNotContainPattern("(?m)^\\s*(open |opens )");
        }
    }

    /** Covers all published modules, also those that are automatic modules. */
    @Test
    void exported_signatures_mention_no_internal_type() throws IOException {
        Set<String> exported = new TreeSet<>();
        for (String folder : names().keySet()) {
            if (!PROGRAMS.contains(folder)) {
                exported.addAll(packages(folder));
            }
        }
        exported.removeIf(name -> name.contains(INTERNAL));
        Set<String> violations = new TreeSet<>();
        for (JavaClass type : ALL) {
            if (exported.contains(type.getPackageName()) && isPublic(type.reflect())) {
                signatures(type.reflect(), violations);
            }
        }
        assertThat(violations).isEmpty();
    }

    private static boolean isPublic(Class<?> type) {
        Class<?> outer = type.getDeclaringClass();
        return (Modifier.isPublic(type.getModifiers()) || Modifier.isProtected(type.getModifiers()))
                && !type.isAnonymousClass()
                && !type.isLocalClass()
                && (outer == null || isPublic(outer));
    }

    private static void signatures(Class<?> type, Set<String> violations) {
        String name = type.getName();
        check(name, type.getGenericSuperclass(), violations);
        check(name, type.getGenericInterfaces(), violations);
        check(name, type.getTypeParameters(), violations);
        for (Field field : type.getDeclaredFields()) {
            if (isVisible(type, field.getModifiers())) {
                check(name + "." + field.getName(), field.getGenericType(), violations);
            }
        }
        for (Method method : type.getDeclaredMethods()) {
            if (isVisible(type, method.getModifiers()) && !method.isSynthetic()) {
                check(name + "." + method.getName() + "()", method.getGenericReturnType(), violations);
                executable(name, method, violations);
            }
        }
        for (Constructor<?> constructor : type.getDeclaredConstructors()) {
            if (isVisible(type, constructor.getModifiers()) && !constructor.isSynthetic()) {
                executable(name, constructor, violations);
            }
        }
    }

    private static boolean isVisible(Class<?> owner, int modifiers) {
        return Modifier.isPublic(modifiers)
                || Modifier.isProtected(modifiers) && !Modifier.isFinal(owner.getModifiers());
    }

    private static void executable(String owner, Executable member, Set<String> violations) {
        String name = owner + "." + (member instanceof Method ? member.getName() : "new") + "()";
        check(name, member.getGenericParameterTypes(), violations);
        check(name, member.getGenericExceptionTypes(), violations);
        check(name, member.getTypeParameters(), violations);
    }

    private static void check(String where, Type[] types, Set<String> violations) {
        for (Type type : types) {
            check(where, type, violations);
        }
    }

    private static void check(String where, Type type, Set<String> violations) {
        if (type instanceof Class<?> found) {
            Class<?> element = found.isArray() ? found.componentType() : found;
            if (element.isArray()) {
                check(where, element, violations);
            } else if (element.getName().startsWith("dev.sprocket.")
                    && element.getPackageName().contains(INTERNAL)) {
                violations.add(where + " mentions " + element.getName());
            }
        } else if (type instanceof ParameterizedType generic) {
            check(where, generic.getRawType(), violations);
            check(where, generic.getActualTypeArguments(), violations);
        } else if (type instanceof GenericArrayType array) {
            check(where, array.getGenericComponentType(), violations);
        } else if (type instanceof WildcardType wildcard) {
            check(where, wildcard.getUpperBounds(), violations);
            check(where, wildcard.getLowerBounds(), violations);
        } else if (type instanceof TypeVariable<?> variable) {
            for (Type bound : variable.getBounds()) {
                if (bound instanceof Class<?>) {
                    check(where, bound, violations);
                }
            }
        }
    }
}
