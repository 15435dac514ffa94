using System.Diagnostics;
using Creel.Core.Channels;
using Creel.Core.Routing;

namespace Creel.Tests.Channels;

public class MentionTests
{
    [Theory]
    [InlineData("bart, come here", true)]
    [InlineData("hey @Bart!", true)]
    [InlineData("hey @BART", true)]
    [InlineData("bartholomew", false)]
    [InlineData("a rebart", false)]
    [InlineData("b\u200bar\u2060t please", true)]
    [InlineData("\u202eBart\u202c help", true)]
    [InlineData("\u2067@bart\u2069", true)]
    [InlineData("שלום Bart מה שלומך", true)]
    [InlineData("🛹 look", true)]
    [InlineData("lisa, come", false)]
    public void A_name_and_a_sign_call_an_agent(string text, bool called) =>
        new MentionPatterns(MentionPatterns.Derived("Bart", "🛹")).Match(text).ShouldBe(called);

    [Theory]
    [InlineData("Écho Bot", "say écho bot now", true)]
    [InlineData("C++", "ask c++ about it", true)]
    [InlineData("Mr. Burns", "mr.  burns?", true)]
    [InlineData("Mr. Burns", "mrx burns", false)]
    public void Names_are_texts_and_no_patterns(string name, string text, bool called) =>
        new MentionPatterns(MentionPatterns.Derived(name, null)).Match(text).ShouldBe(called);

    [Fact]
    public void A_pattern_that_is_none_is_told_and_left_out()
    {
        var patterns = new MentionPatterns(["(", @"\bbart\b", "[z-a]"]);

        patterns.Odd.ShouldBe(["(", "[z-a]"]);
        patterns.Match("BART").ShouldBeTrue();
    }

    [Fact]
    public void A_pattern_that_would_take_for_ever_holds_up_nobody()
    {
        var patterns = new MentionPatterns(["(a+)+$", @"(?=(a+)+b)(a+)+c"]);
        var begun = Stopwatch.GetTimestamp();

        patterns.Match(new string('a', 10_000) + "!").ShouldBeFalse();

        Stopwatch.GetElapsedTime(begun).ShouldBeLessThan(TimeSpan.FromSeconds(20));
    }

    [Theory]
    [InlineData(false, false, false, false, "hello", false, false)]
    [InlineData(true, false, false, false, "hello", false, true)]
    [InlineData(false, true, false, false, "hello", false, true)]
    [InlineData(false, false, true, false, "bart and @lisa", false, true)]
    [InlineData(false, false, false, true, "/status", true, true)]
    [InlineData(false, false, true, true, "/status @lisa_bot", true, false)]
    public void The_gate(bool us, bool reply, bool others, bool command, string text, bool listed, bool passes)
    {
        var message = new InboundMessage(
            new ChannelAccount("x", "default"),
            "1",
            new Peer(PeerKind.Group, "g"),
            new Sender("ann"),
            text,
            DateTimeOffset.UnixEpoch
        )
        {
            Mentions = new Mentions(us, reply, others),
        };

        MentionGate.Passes(message, true, new MentionPatterns(["bart"]), command && listed).ShouldBe(passes);
        MentionGate.Passes(message, false, new MentionPatterns([]), false).ShouldBeTrue();
    }

    [Theory]
    [InlineData("/new", ControlCommand.New, "")]
    [InlineData("/RESET  hello there ", ControlCommand.Reset, "hello there")]
    [InlineData("/stop@bart_bot", ControlCommand.Stop, "")]
    [InlineData("\u200b/status", ControlCommand.Status, "")]
    public void Commands_are_read(string text, ControlCommand command, string rest)
    {
        ControlCommands.Read(text, "Bart_Bot", out var behind).ShouldBe(command);
        behind.ShouldBe(rest);
    }

    [Theory]
    [InlineData("/stop@lisa_bot")]
    [InlineData("/")]
    [InlineData("new")]
    [InlineData("/newer")]
    [InlineData("/start")]
    public void What_is_no_command_of_ours_is_a_message(string text) =>
        ControlCommands.Read(text, "bart_bot", out _).ShouldBeNull();
}
