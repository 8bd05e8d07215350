package dev.sprocket.legacy.command;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sprocket.core.Message;
import dev.sprocket.legacy.command.Command.All;
import dev.sprocket.legacy.command.Command.Close;
import dev.sprocket.legacy.command.Command.None;
import dev.sprocket.legacy.command.Command.Run;
import dev.sprocket.legacy.command.Command.Send;
import dev.sprocket.testkit.MemoryConnection;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Test;

@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
final class CommandTest {
    private final MemoryConnection ann = new MemoryConnection("ann");
    private final MemoryConnection bob = new MemoryConnection("bob");

    @Test
    void commands_are_sealed_records_except_protocol_commands() {
        assertThat(Command.class.isSealed()).isTrue();
        assertThat(Command.class.getPermittedSubclasses())
                .containsExactlyInAnyOrder(
                        Send.class, Close.class, Run.class, None.class, All.class, Command.Custom.class);
        assertThat(Arrays.stream(Command.class.getPermittedSubclasses()).filter(Class::isRecord))
                .hasSize(5);
    }

    @Test
    void send_rejects_empty_message() {
        assertThatThrownBy(() -> new Send(ann, ""))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("message to send: empty (expected: at least one byte)");
        assertThatThrownBy(() -> new Send(ann, Message.binary(new byte[0])))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void commands_with_equal_content_are_equal() {
        assertThat(new Send(ann, "hi")).isEqualTo(new Send(ann, "hi")).hasSameHashCodeAs(new Send(ann, "hi"));
        assertThat(new Send(ann, "hi"))
                .isNotEqualTo(new Send(bob, "hi"))
                .isNotEqualTo(new Send(ann, "ho"))
                .isNotEqualTo(new Send(ann, Message.binary(new byte[] {'h', 'i'})));
        assertThat(new Close(ann)).isEqualTo(new Close(ann)).isNotEqualTo(new Close(bob));
        assertThat(new None()).isEqualTo(Command.NONE);
    }

    @Test
    void all_flattens_nested_commands_and_skips_nulls() {
        Command one = new Send(ann, "1");
        Command two = new Send(ann, "2");
        Command three = new Close(ann);
        assertThat(Command.all(one, null, Command.all(two, Command.all(three), null)))
                .isEqualTo(new All(List.of(one, two, three)));
        assertThat(((All) Command.all(null, null)).commands()).isEmpty();
    }

    @Test
    void all_copies_its_list() {
        List<Command> mine = new ArrayList<>(List.of(new Close(ann)));
        All all = new All(mine);
        mine.add(new Close(bob));
        assertThat(all.commands()).containsExactly(new Close(ann));
    }

    @Test
    void all_rejects_more_commands_than_the_limit() {
        assertThatThrownBy(() -> {
                    Command grown = new All(Collections.nCopies(1000, Command.NONE));
                    for (int i = 0; i < 40; i++) {
                        grown = Command.all(grown, grown);
                    }
                })
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("commands: more than 1000000 (expected: <= 1000000)");
    }
}
