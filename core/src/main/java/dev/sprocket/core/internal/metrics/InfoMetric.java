package dev.sprocket.core.internal.metrics;

import java.util.List;
import java.util.function.Supplier;

/**
 * Metric whose tags describe things such as nodes.
 *
 * <p>Each thing is a series with the value 1. The operator chooses the things, never a client, so there are few.
 *
 * @param name name with dots that ends in {@code .info}
 * @param description one sentence for operators
 * @param keys keys of the tags
 * @param rows returns the tag values of each thing, in the order of the keys
 */
public record InfoMetric(String name, String description, List<String> keys, Supplier<List<List<String>>> rows) {}
