package dev.sprocket.legacy.flash;

import com.google.errorprone.annotations.ThreadSafe;
import dev.sprocket.core.ConcurrentComponent;
import dev.sprocket.core.Connection;
import dev.sprocket.core.Message;
import dev.sprocket.core.MessageComponent;
import java.util.ArrayList;
import java.util.List;

/**
 * Serves a policy file that allows Flash pages to open sockets.
 *
 * <p>Any message is answered with the policy file and a NUL, then the connection is closed. It has its own port, by
 * convention 843, and serves legacy clients (Flash was discontinued in 2021).
 *
 * <pre>{@code
 * new IoServer(843, new FlashPolicy().allow("*.example.com", "80,8080-8090")).start();
 * }</pre>
 */
@ThreadSafe
@ConcurrentComponent
public final class FlashPolicy implements MessageComponent<Connection, Message> {
    private final List<String> rules;

    /** Creates a policy that allows no domain. */
    public FlashPolicy() {
        this(List.of());
    }

    private FlashPolicy(List<String> rules) {
        this.rules = rules;
    }

    /**
     * Returns a policy that also allows pages of a domain to connect to some ports.
     *
     * @param domain a host, {@code *.example.com}, an address, or {@code *}
     * @param ports {@code 80}, {@code 8000-8010}, several separated by commas, or {@code *}
     */
    public FlashPolicy allow(String domain, String ports) {
        require(domain, "domain", "(\\*|(\\*\\.)?[A-Za-z0-9.-]+)", "a host, *.host, or *");
        require(ports, "ports", "(\\*|\\d{1,5}(-\\d{1,5})?(,\\d{1,5}(-\\d{1,5})?)*)", "80, 8000-8010, 80,443, or *");
        List<String> extended = new ArrayList<>(rules);
        extended.add("<allow-access-from domain=\"" + domain + "\" to-ports=\"" + ports + "\"/>");
        return new FlashPolicy(List.copyOf(extended));
    }

    private static void require(String value, String name, String pattern, String expected) {
        if (!value.matches(pattern)) {
            throw new IllegalArgumentException(name + ": " + value + " (expected: " + expected + ")");
        }
    }

    /** Returns the policy file. */
    public String policy() {
        return "<?xml version=\"1.0\"?>"
                + "<!DOCTYPE cross-domain-policy SYSTEM \"http://www.adobe.com/xml/dtds/cross-domain-policy.dtd\">"
                + "<cross-domain-policy><site-control permitted-cross-domain-policies=\""
                + (rules.isEmpty() ? "none" : "all") + "\"/>"
                + String.join("", rules) + "</cross-domain-policy>";
    }

    @Override
    public void onMessage(Connection from, Message message) {
        from.send(policy() + "\0");
        from.close();
    }
}
