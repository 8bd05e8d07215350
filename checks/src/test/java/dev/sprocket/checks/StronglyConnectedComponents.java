package dev.sprocket.checks;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/** Strongly connected components of a graph, by the algorithm of Tarjan (1972). */
final class StronglyConnectedComponents {
    private final Map<String, Set<String>> graph;
    private final Map<String, Integer> order = new HashMap<>();
    private final Map<String, Integer> lowest = new HashMap<>();
    private final Deque<String> stack = new ArrayDeque<>();
    private final Set<String> onStack = new HashSet<>();
    private final List<Set<String>> found = new ArrayList<>();

    /** Takes the edges of the graph: each name with the names that it points to. */
    StronglyConnectedComponents(Map<String, Set<String>> graph) {
        this.graph = graph;
    }

    /** Returns the components, each sorted; a name without a cycle is a component of one. */
    List<Set<String>> find() {
        for (String name : graph.keySet()) {
            if (!order.containsKey(name)) {
                visit(name);
            }
        }
        return found;
    }

    private void visit(String name) {
        order.put(name, order.size());
        lowest.put(name, order.get(name));
        stack.push(name);
        onStack.add(name);
        for (String next : graph.getOrDefault(name, Set.of())) {
            if (!order.containsKey(next)) {
                visit(next);
                lowest.merge(name, lowest.get(next), Math::min);
            } else if (onStack.contains(next)) {
                lowest.merge(name, order.get(next), Math::min);
            }
        }
        if (lowest.get(name).equals(order.get(name))) {
            Set<String> group = new TreeSet<>();
            String member;
            do {
                member = stack.pop();
                onStack.remove(member);
                group.add(member);
            } while (!member.equals(name));
            found.add(group);
        }
    }
}
