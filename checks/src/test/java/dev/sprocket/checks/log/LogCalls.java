package dev.sprocket.checks.log;

import com.sun.source.tree.BinaryTree;
import com.sun.source.tree.CompilationUnitTree;
import com.sun.source.tree.ConditionalExpressionTree;
import com.sun.source.tree.ExpressionTree;
import com.sun.source.tree.IdentifierTree;
import com.sun.source.tree.LiteralTree;
import com.sun.source.tree.MemberSelectTree;
import com.sun.source.tree.MethodInvocationTree;
import com.sun.source.tree.ParenthesizedTree;
import com.sun.source.tree.Tree;
import com.sun.source.util.JavacTask;
import com.sun.source.util.TreeScanner;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import javax.tools.JavaCompiler;
import javax.tools.StandardJavaFileManager;
import javax.tools.ToolProvider;

/** Reads the formats of all log lines from the sources of this project. */
final class LogCalls extends TreeScanner<Void, String> {
    private static final Set<String> METHODS = Set.of("error", "warn", "info", "debug", "trace");
    private static final String MODULES =
            "\\.\\./(?!bench|fuzz|faultlab|leaktest|examples|testkit)[^/]+/src/main/java/.*\\.java";

    /**
     * A log call in a file.
     *
     * @param format text of the format; null if it is not a literal
     */
    record Call(String file, String format) {}

    private final List<Call> calls = new ArrayList<>();

    /** Returns each log call of the modules, once for each format. */
    static List<Call> all() throws IOException {
        JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
        LogCalls found = new LogCalls();
        try (Stream<Path> walk = Files.walk(Path.of(".."));
                StandardJavaFileManager files = compiler.getStandardFileManager(null, null, null)) {
            List<Path> sources =
                    walk.filter(file -> file.toString().matches(MODULES)).toList();
            JavacTask task = (JavacTask)
                    compiler.getTask(null, files, null, null, null, files.getJavaFileObjectsFromPaths(sources));
            for (CompilationUnitTree unit : task.parse()) {
                Path file = Path.of(unit.getSourceFile().toUri()).getFileName();
                found.scan(unit, file.toString().replace(".java", ""));
            }
        }
        return found.calls;
    }

    @Override
    public Void visitMethodInvocation(MethodInvocationTree call, String file) {
        if (call.getMethodSelect() instanceof MemberSelectTree method
                && METHODS.contains(method.getIdentifier().toString())
                && isLogger(method.getExpression())) {
            // only the methods of PeerLog for repeated lines have a peer before the format
            List<? extends ExpressionTree> arguments = call.getArguments();
            List<String> formats = new ArrayList<>();
            for (int i = 0; i < Math.min(2, arguments.size()) && formats.isEmpty(); i++) {
                boolean peer = i == 0 && isPeerLog(method, arguments);
                if (!peer) {
                    formats(arguments.get(i), formats);
                }
            }
            if (formats.isEmpty()) {
                calls.add(new Call(file, null));
            }
            formats.forEach(format -> calls.add(new Call(file, format)));
        }
        return super.visitMethodInvocation(call, file);
    }

    /** Reports whether the first argument is a peer, which is followed by the format. */
    private static boolean isPeerLog(MemberSelectTree method, List<? extends ExpressionTree> arguments) {
        return arguments.size() > 1
                && !method.getIdentifier().contentEquals("debug")
                && isText(arguments.get(0))
                && isText(arguments.get(1))
                && arguments.get(1).toString().matches("(?s).*[:=( ].*");
    }

    private static boolean isText(Tree tree) {
        return tree.getKind() == Tree.Kind.STRING_LITERAL || tree.getKind() == Tree.Kind.PLUS;
    }

    private static boolean isLogger(ExpressionTree receiver) {
        ExpressionTree at = receiver;
        while (at instanceof MethodInvocationTree chained && chained.getMethodSelect() instanceof MemberSelectTree of) {
            at = of.getExpression();
        }
        return at instanceof IdentifierTree name
                && name.getName().toString().matches("(?i)log|logger|[a-z_]*_log|repeated");
    }

    /** Adds the texts of a literal, a concatenation or a condition. */
    private static void formats(ExpressionTree tree, List<String> found) {
        if (tree instanceof ParenthesizedTree inner) {
            formats(inner.getExpression(), found);
        } else if (tree instanceof ConditionalExpressionTree either) {
            formats(either.getTrueExpression(), found);
            formats(either.getFalseExpression(), found);
        } else if (tree instanceof LiteralTree literal && literal.getValue() instanceof String text) {
            found.add(text);
        } else if (tree instanceof BinaryTree sum && tree.getKind() == Tree.Kind.PLUS) {
            List<String> left = new ArrayList<>();
            List<String> right = new ArrayList<>();
            formats(sum.getLeftOperand(), left);
            formats(sum.getRightOperand(), right);
            if (left.size() == 1 && right.size() == 1) {
                found.add(left.get(0) + right.get(0));
            }
        }
    }
}
