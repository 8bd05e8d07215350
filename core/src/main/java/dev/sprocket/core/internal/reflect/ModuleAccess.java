package dev.sprocket.core.internal.reflect;

import com.google.errorprone.annotations.ThreadSafe;
import java.lang.module.ModuleDescriptor;
import java.lang.reflect.InaccessibleObjectException;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Finds {@code opens} directives that are missing in the module descriptor of an application.
 *
 * <p>Annotated methods and JSON types are read by reflection. In a named module their package must be open to the
 * modules that read it; on the class path every package is open.
 */
@ThreadSafe
public final class ModuleAccess {
    /** Message of the JDK: {@code … module com.example does not "opens com.example.chat" to module com.google.gson}. */
    private static final Pattern NOT_OPEN = Pattern.compile("module (\\S+) does not \"opens ([^\\s\"]+)\" to ");

    private ModuleAccess() {}

    /** Returns the missing directive for the package of a type; empty if it is open. */
    public static Optional<String> missingOpens(Class<?> type, Module... readers) {
        return missingOpens(type.getModule(), type.getPackageName(), readers);
    }

    /** Returns the missing directive for a package; empty if it is open to its readers. */
    public static Optional<String> missingOpens(Module owner, String packageName, Module... readers) {
        for (Module reader : readers) {
            if (!owner.isOpen(packageName, reader)) {
                return Optional.of(directive(owner, packageName, readers));
            }
        }
        return Optional.empty();
    }

    /**
     * Returns the missing directive that caused a failure.
     *
     * <p>Empty for other failures, and for types of the JDK.
     */
    public static Optional<String> missingOpens(Throwable failure, Module... readers) {
        for (Throwable at = failure; at != null; at = at.getCause()) {
            Matcher found = NOT_OPEN.matcher(String.valueOf(at.getMessage()));
            if (at instanceof InaccessibleObjectException && found.find()) {
                String packageName = found.group(2);
                return ModuleLayer.boot()
                        .findModule(found.group(1))
                        .filter(owner -> !owner.getName().startsWith("java."))
                        .map(owner -> directive(owner, packageName, readers));
            }
        }
        return Optional.empty();
    }

    /** Returns the whole directive, with the modules to which the package is open already. */
    private static String directive(Module owner, String packageName, Module... readers) {
        Set<String> targets = new TreeSet<>();
        boolean toAll = false;
        for (Module reader : readers) {
            toAll |= !reader.isNamed();
            targets.add(String.valueOf(reader.getName()));
        }
        for (ModuleDescriptor.Opens opens : owner.getDescriptor().opens()) {
            if (opens.source().equals(packageName)) {
                targets.addAll(opens.targets());
            }
        }
        return "in module-info.java of " + owner.getName() + ": opens " + packageName
                + (toAll ? "" : " to " + String.join(", ", targets)) + ";";
    }
}
