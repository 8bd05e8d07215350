package dev.sprocket.checks.docs;

import static dev.sprocket.pubsub.access.Action.PUBLISH;
import static dev.sprocket.pubsub.access.Action.SUBSCRIBE;
import static dev.sprocket.testkit.AccessAssertions.assertAccess;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sprocket.config.ConfiguredServer;
import dev.sprocket.core.Connection;
import dev.sprocket.core.Message;
import dev.sprocket.core.User;
import dev.sprocket.examples.Chat;
import dev.sprocket.examples.Chat2011;
import dev.sprocket.http.HttpResponse;
import dev.sprocket.http.route.Router;
import dev.sprocket.legacy.command.Command;
import dev.sprocket.pubsub.access.AccessPolicy;
import dev.sprocket.pubsub.access.AccessRule;
import dev.sprocket.pubsub.access.Grantee;
import dev.sprocket.testkit.HttpPeer;
import dev.sprocket.testkit.MemoryConnection;
import dev.sprocket.testkit.VirtualClock;
import dev.sprocket.testkit.WampPeer;
import dev.sprocket.testkit.WsPeer;
import dev.sprocket.wamp.annotation.Procedure;
import dev.sprocket.wamp.annotation.WampMethods;
import dev.sprocket.wamp.server.WampServer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Test;

/** Runs the code samples of the testing guide. */
@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
@SuppressWarnings("CheckReturnValue") // commands are of no interest here
class TestingGuideTest {
    static final class Calculator {
        @Procedure("add")
        double add(double a, double b) {
            return a + b;
        }
    }

    @Test
    void forwards_messages_to_all_other_clients() {
        Chat chat = new Chat();
        WsPeer ann = WsPeer.to(chat);
        WsPeer bob = WsPeer.to(chat);
        ann.send("hello");
        bob.receives("hello").receivesNothingElse();
        ann.receivesNothingElse();
        ann.close(1000, "bye").isClosedWith(1000);
    }

    @Test
    void peers_for_wamp_and_http() {
        WampServer server = new WampServer(WampMethods.of(new Calculator()));
        WampPeer.to(server).call("1", "add", 1, 2).receivesResult("1", "3.0");

        Router router = new Router().get("/hello", request -> HttpResponse.text("hi"));
        HttpPeer.to(router).get("/hello").hasStatus(200).hasBody("hi");
    }

    @Test
    void advances_virtual_clock() {
        VirtualClock clock = new VirtualClock();
        WsPeer ann = WsPeer.to(new Chat(), clock).send("hello");
        clock.advance(Duration.ofSeconds(31));
        ann.isPinged();
        clock.advance(Duration.ofSeconds(10));
        ann.isClosedWith(1001);
    }

    @Test
    void access_of_a_policy() {
        AccessPolicy policy = AccessPolicy.CLOSED
                .topic("user.{user}", AccessRule.EMPTY.subscribe(Grantee.SELF))
                .topic("room.{room}", AccessRule.EMPTY.publish(Grantee.SUBSCRIBERS));
        assertAccess(policy).of(User.named("ann")).to(SUBSCRIBE, "user.ann").isAllowed();
        assertAccess(policy).of(User.named("bob")).to(SUBSCRIBE, "user.ann").isDenied();
        assertAccess(policy).subscribedTo("room.7").to(PUBLISH, "room.7").isAllowed();
    }

    @Test
    void access_of_a_file() {
        AccessPolicy policy =
                ConfiguredServer.of(Path.of("src/test/resources/site.conf")).policy();
        assertAccess(policy)
                .ofAnonymous()
                .to(SUBSCRIBE, "news.sport")
                .isAllowed()
                .isDecidedBy("site.conf:2");
        assertAccess(policy).ofBackend().to(PUBLISH, "user.ann").isAllowed();
        assertAccess(policy).of(User.named("ann")).to(PUBLISH, "user.ann").isDenied();
    }

    @Test
    void callbacks_without_server() {
        Chat2011 chat = new Chat2011();
        Connection ann = new MemoryConnection("ann");
        Connection bob = new MemoryConnection("bob");
        chat.onOpen(ann);
        chat.onOpen(bob);
        Command command = chat.onMessage(ann, Message.text("hello"));
        assertThat(command).isEqualTo(Command.all(new Command.Send(bob, "hello")));
    }

    @Test
    void guide_shows_this_code() throws Exception {
        String source = Files.readString(Path.of("src/test/java/dev/sprocket/checks/docs/TestingGuideTest.java"));
        String guide = Files.readString(Path.of("../docs/guide/testing.md"));
        List<String> shown = new ArrayList<>();
        for (int start = guide.indexOf("```java\n"); start >= 0; start = guide.indexOf("```java\n", start + 1)) {
            shown.add(guide.substring(start + "```java\n".length(), guide.indexOf("```", start + 1)));
        }
        assertThat(shown).hasSize(6);
        for (String code : shown) {
            assertThat(source.replaceAll("(?m)^ {8}", "") + source.replaceAll("(?m)^ {4}", ""))
                    .contains(code);
        }
    }
}
