package dev.sprocket.config.internal.diagram;

import com.google.errorprone.annotations.ThreadSafe;
import java.util.List;

/** Formats a stack as an indented tree. */
@ThreadSafe
public final class StackPrinter {
    private StackPrinter() {}

    /** Formats names, outermost first, each nested in the previous one. */
    public static String print(List<String> names) {
        StringBuilder tree = new StringBuilder();
        for (int i = 0; i < names.size(); i++) {
            tree.append(i == 0 ? "" : "\n" + "   ".repeat(i - 1) + "└─ ").append(names.get(i));
        }
        return tree.toString();
    }
}
