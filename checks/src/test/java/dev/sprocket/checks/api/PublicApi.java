package dev.sprocket.checks.api;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.reflect.Constructor;
import java.lang.reflect.Executable;
import java.lang.reflect.Field;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.lang.reflect.Type;
import java.lang.reflect.TypeVariable;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Lists the public and protected members of the exported packages of a module. */
final class PublicApi {
    private static final Set<String> OF_OBJECTS = Set.of("equals(java.lang.Object)", "hashCode()", "toString()");
    private static final Set<String> OF_ENUMS = Set.of("values()", "valueOf(java.lang.String)");

    private PublicApi() {}

    /** Returns the API of a module, one sorted line for each type and member. */
    static List<String> of(Path module) {
        Path classes = module.resolve(Path.of("target", "classes"));
        TreeSet<String> lines = new TreeSet<>();
        try (Stream<Path> files = Files.walk(classes)) {
            files.map(file -> classes.relativize(file).toString())
                    .filter(file -> file.endsWith(".class") && !file.contains("-info") && !file.startsWith("META-INF"))
                    .map(file ->
                            file.substring(0, file.length() - ".class".length()).replace('/', '.'))
                    .filter(name -> !name.contains(".internal."))
                    .map(PublicApi::load)
                    .filter(PublicApi::isVisible)
                    .forEach(type -> add(type, lines));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return new ArrayList<>(lines);
    }

    private static Class<?> load(String name) {
        try {
            return Class.forName(name, false, PublicApi.class.getClassLoader());
        } catch (ClassNotFoundException e) {
            throw new IllegalStateException(name, e);
        }
    }

    private static boolean isVisible(Class<?> type) {
        Class<?> owner = type.getEnclosingClass();
        return !type.isAnonymousClass()
                && !type.isLocalClass()
                && isVisible(type.getModifiers())
                && (owner == null || isVisible(owner));
    }

    private static boolean isVisible(int modifiers) {
        return Modifier.isPublic(modifiers) || Modifier.isProtected(modifiers);
    }

    private static void add(Class<?> type, TreeSet<String> lines) {
        String name = type.getTypeName();
        lines.add(name + ": " + declaration(type));
        for (Constructor<?> constructor : type.getDeclaredConstructors()) {
            if (isVisible(constructor.getModifiers()) && !constructor.isSynthetic()) {
                lines.add(name + ": " + modifiers(constructor.getModifiers()) + "new" + signature(constructor));
            }
        }
        for (Method method : type.getDeclaredMethods()) {
            String call = method.getName() + signature(method);
            boolean common = OF_OBJECTS.contains(call) || type.isEnum() && OF_ENUMS.contains(call);
            if (isVisible(method.getModifiers()) && !method.isSynthetic() && !common) {
                lines.add(name + ": " + modifiers(method.getModifiers())
                        + (method.isDefault() ? "default " : "")
                        + method.getGenericReturnType().getTypeName() + ' ' + call
                        + (method.getDefaultValue() == null ? "" : " default"));
            }
        }
        for (Field field : type.getDeclaredFields()) {
            if (isVisible(field.getModifiers()) && !field.isSynthetic()) {
                lines.add(name + ": " + modifiers(field.getModifiers())
                        + field.getGenericType().getTypeName() + ' ' + field.getName());
            }
        }
    }

    private static String declaration(Class<?> type) {
        String kind = type.isAnnotation()
                ? "@interface"
                : type.isInterface() ? "interface" : type.isEnum() ? "enum" : type.isRecord() ? "record" : "class";
        int implied = type.isInterface() ? Modifier.ABSTRACT | Modifier.INTERFACE | Modifier.STATIC : 0;
        // an enum with bodies of constants is not final
        implied |= type.isEnum() || type.isRecord() ? Modifier.FINAL | Modifier.ABSTRACT | Modifier.STATIC : 0;
        StringBuilder text = new StringBuilder(modifiers(type.getModifiers() & ~implied));
        text.append(type.isSealed() && !type.isEnum() ? "sealed " : "")
                .append(kind)
                .append(variables(type.getTypeParameters()));
        Type parent = type.getGenericSuperclass();
        if (parent != null && parent != Object.class && !type.isEnum() && !type.isRecord()) {
            text.append(" extends ").append(parent.getTypeName());
        }
        Type[] interfaces = type.getGenericInterfaces();
        if (interfaces.length > 0 && !type.isAnnotation()) {
            text.append(" implements ").append(names(interfaces));
        }
        if (type.isRecord()) {
            text.append(Arrays.stream(type.getRecordComponents())
                    .map(part -> part.getGenericType().getTypeName() + ' ' + part.getName())
                    .collect(Collectors.joining(", ", " (", ")")));
        }
        return text.toString();
    }

    private static String signature(Executable member) {
        Type[] thrown = member.getGenericExceptionTypes();
        return variables(member.getTypeParameters())
                + '('
                + names(member.getGenericParameterTypes())
                + ')'
                + (member.isVarArgs() ? " varargs" : "")
                + (thrown.length == 0 ? "" : " throws " + names(thrown));
    }

    private static String variables(TypeVariable<?>[] variables) {
        return variables.length == 0
                ? ""
                : Arrays.stream(variables)
                        .map(variable -> variable.getName() + bounds(variable))
                        .collect(Collectors.joining(", ", "<", ">"));
    }

    private static String bounds(TypeVariable<?> variable) {
        String bounds = names(variable.getBounds()).replace(", ", " & ");
        return bounds.equals("java.lang.Object") ? "" : " extends " + bounds;
    }

    private static String names(Type[] types) {
        return Arrays.stream(types).map(Type::getTypeName).collect(Collectors.joining(", "));
    }

    private static String modifiers(int modifiers) {
        int shown = modifiers
                & (Modifier.PUBLIC | Modifier.PROTECTED | Modifier.STATIC | Modifier.ABSTRACT | Modifier.FINAL);
        return shown == 0 ? "" : Modifier.toString(shown) + ' ';
    }
}
