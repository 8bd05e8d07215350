package dev.sprocket.checks;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Test;
import org.w3c.dom.Element;
import org.w3c.dom.Node;
import org.w3c.dom.NodeList;

/** Rules for the poms: size, versions, and what a public repository requires of published modules. */
@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
class PomsTest {
    private static final Path ROOT = Path.of("..");
    private static final int LONGEST_PARENT = 450;
    /** Example of a project without the parent, which repeats the versions of plugins. */
    private static final String STANDALONE = "examples/plugin";

    private static final Map<String, Element> POMS = poms();

    private static Map<String, Element> poms() {
        try {
            Map<String, Element> poms = new LinkedHashMap<>();
            poms.put(".", parse("."));
            for (Element module : all(poms.get("."), "module")) {
                poms.put(module.getTextContent(), parse(module.getTextContent()));
            }
            return poms;
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }

    private static Element parse(String folder) throws Exception {
        return DocumentBuilderFactory.newInstance()
                .newDocumentBuilder()
                .parse(ROOT.resolve(folder).resolve("pom.xml").toFile())
                .getDocumentElement();
    }

    private static List<Element> all(Element element, String name) {
        List<Element> found = new ArrayList<>();
        NodeList nodes = element.getElementsByTagName(name);
        for (int i = 0; i < nodes.getLength(); i++) {
            found.add((Element) nodes.item(i));
        }
        return found;
    }

    /** Returns the text of a child, or an empty string. */
    private static String text(Element element, String name) {
        for (Node child = element.getFirstChild(); child != null; child = child.getNextSibling()) {
            if (child.getNodeName().equals(name)) {
                return child.getTextContent().strip();
            }
        }
        return "";
    }

    /** Returns a version that this pom sets, or an empty string. */
    private static String version(Element pom, Element artifact) {
        String version = text(artifact, "version");
        Matcher property = Pattern.compile("\\$\\{(version\\..+)}").matcher(version);
        if (property.matches()) {
            return all(pom, property.group(1)).stream()
                    .map(Element::getTextContent)
                    .findFirst()
                    .orElse("");
        }
        return version.startsWith("$") || text(artifact, "groupId").equals("dev.sprocket") ? "" : version;
    }

    private static Map<String, Set<String>> versionsByArtifact(String elementName) {
        Map<String, Set<String>> versions = new TreeMap<>();
        POMS.forEach((folder, pom) -> {
            for (Element artifact : all(pom, elementName)) {
                String version = version(pom, artifact);
                if (!version.isEmpty() && !folder.equals(STANDALONE)) {
                    versions.computeIfAbsent(text(artifact, "artifactId"), name -> new TreeSet<>())
                            .add(folder + " " + version);
                }
            }
        });
        return versions;
    }

    @Test
    void parent_has_at_most_450_lines() throws IOException {
        assertThat(Files.readAllLines(ROOT.resolve("pom.xml"))).hasSizeLessThanOrEqualTo(LONGEST_PARENT);
    }

    /** The BOM has no parent and repeats the versions of a few plugins. */
    @Test
    void each_version_is_set_once() {
        Map<String, Set<String>> repeated = versionsByArtifact("plugin");
        repeated.values().forEach(places -> places.removeIf(place -> place.startsWith("bom ")));
        repeated.values().removeIf(Set::isEmpty);
        repeated.putAll(versionsByArtifact("dependency"));
        repeated.values().removeIf(places -> places.size() == 1);
        assertThat(repeated).isEmpty();
    }

    @Test
    void repeated_versions_are_equal() {
        Map<String, Set<String>> versions = new TreeMap<>();
        POMS.forEach((folder, pom) -> {
            for (String kind : List.of("plugin", "dependency")) {
                for (Element artifact : all(pom, kind)) {
                    // the modules of Jackson have one version
                    String name = text(artifact, "artifactId").replaceAll("^jackson-.*", "jackson");
                    if (!version(pom, artifact).isEmpty()) {
                        versions.computeIfAbsent(name, any -> new TreeSet<>()).add(version(pom, artifact));
                    }
                }
            }
        });
        versions.values().removeIf(set -> set.size() == 1);
        assertThat(versions).isEmpty();
    }

    @Test
    void each_version_is_in_the_dependencies_page() throws IOException {
        String page = Files.readString(ROOT.resolve("docs/dependencies.md"));
        Map<String, Set<String>> used = versionsByArtifact("dependency");
        used.putAll(versionsByArtifact("plugin"));
        used.putAll(versionsByArtifact("path"));
        Map<String, Set<String>> missing = new TreeMap<>();
        used.forEach((artifact, places) -> {
            String version = places.iterator().next().replaceAll(".* ", "");
            boolean listed = page.lines().anyMatch(line -> line.startsWith("|") && line.contains(version));
            if (!listed) {
                missing.put(artifact, places);
            }
        });
        assertThat(missing).isEmpty();
        assertThat(used).hasSizeGreaterThan(50);
    }

    @Test
    void parent_and_bom_have_metadata_of_a_release() {
        for (String folder : List.of(".", "bom")) {
            Element pom = POMS.get(folder);
            assertThat(text(pom, "url")).startsWith("https://");
            assertThat(all(pom, "license")).hasSize(1).allSatisfy(license -> {
                assertThat(text(license, "name")).isEqualTo("Apache-2.0");
                assertThat(text(license, "url")).startsWith("https://");
            });
            assertThat(all(pom, "developer")).isNotEmpty().allSatisfy(developer -> {
                assertThat(text(developer, "name")).isNotEmpty();
                assertThat(text(developer, "email")).contains("@");
                assertThat(text(developer, "organization")).isNotEmpty();
            });
            Element scm = all(pom, "scm").get(0);
            for (String name : List.of("connection", "developerConnection", "url")) {
                assertThat(text(scm, name)).as(name).contains("https://").endsWith("sprocket" + suffix(name));
            }
        }
    }

    private static String suffix(String name) {
        return name.equals("url") ? "" : ".git";
    }

    @Test
    void published_modules_have_name_and_description() {
        Set<String> published = new TreeSet<>();
        POMS.forEach((folder, pom) -> {
            if (all(pom, "maven.deploy.skip").isEmpty() && !folder.equals(STANDALONE)) {
                published.add(folder);
                assertThat(text(pom, "name")).as(folder).startsWith("Sprocket");
                assertThat(text(pom, "description")).as(folder).endsWith(".");
                assertThat(text(pom, "artifactId")).as(folder).startsWith("sprocket-");
                // the parent has the other elements
                boolean root = folder.equals(".") || folder.equals("bom");
                assertThat(all(pom, "parent")).as(folder).hasSize(root ? 0 : 1);
            }
        });
        assertThat(published)
                .contains(".", "bom", "core", "server", "testkit")
                .doesNotContain("bench", "checks", "faultlab", "fuzz", "leaktest");
    }
}
