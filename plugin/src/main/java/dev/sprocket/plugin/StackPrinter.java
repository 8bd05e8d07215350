package dev.sprocket.plugin;

import com.google.errorprone.annotations.ThreadSafe;
import java.util.List;

/** A stack as text, each part inside the one before it. */
@ThreadSafe
public final class StackPrinter {
    private StackPrinter() {}

    /** Outermost first. */
    public static String of(List<String> names) {
        StringBuilder drawing = new StringBuilder();
        for (int i = 0; i < names.size(); i++) {
            drawing.append(i == 0 ? "" : "\n" + "   ".repeat(i - 1) + "└─ ").append(names.get(i));
        }
        return drawing.toString();
    }
}
