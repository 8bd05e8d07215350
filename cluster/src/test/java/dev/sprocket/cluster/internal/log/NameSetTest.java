package dev.sprocket.cluster.internal.log;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashMap;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Test;

@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
class NameSetTest {
    @Test
    void equals_a_map_after_random_changes() {
        for (int seed = 0; seed < 50; seed++) {
            Random random = new Random(seed);
            int names = 1 + random.nextInt(200);
            NameSet<String> set = new NameSet<>();
            Map<String, String> expected = new HashMap<>();
            for (int i = 0; i < 2000; i++) {
                String name = "topic." + random.nextInt(names);
                // many are added in the first half, many are removed in the second
                if (random.nextInt(3) < (i < 1000 ? 2 : 1)) {
                    assertThat(set.add(name)).isEqualTo(expected.putIfAbsent(name, name) == null);
                } else {
                    assertThat(set.remove(name)).isEqualTo(expected.remove(name) != null);
                }
                assertThat(set.size()).isEqualTo(expected.size());
            }
            assertThat(set.values()).as("seed %s", seed).containsExactlyInAnyOrderElementsOf(expected.keySet());
            for (int i = 0; i < names; i++) {
                String name = "topic." + i;
                assertThat(set.contains(name)).isEqualTo(expected.containsKey(name));
                assertThat(set.get(name)).isSameAs(expected.get(name));
            }
        }
    }

    @Test
    void names_with_equal_hash_codes_are_different() {
        NameSet<String> set = new NameSet<>();
        assertThat("Aa").hasSameHashCodeAs("BB");
        assertThat(set.add("Aa")).isTrue();
        assertThat(set.contains("BB")).isFalse();
        assertThat(set.add("BB")).isTrue();
        assertThat(set.remove("Aa")).isTrue();
        assertThat(set.contains("BB")).isTrue();
    }

    @Test
    void first_value_of_a_name_stays() {
        NameSet<String> set = new NameSet<>();
        String first = new StringBuilder("topic").toString();
        assertThat(set.add(first)).isTrue();
        assertThat(set.add(new StringBuilder("topic").toString())).isFalse();
        assertThat(set.get("topic")).isSameAs(first);
    }
}
