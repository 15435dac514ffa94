using Creel.Core.Channels;

namespace Creel.Tests.Gateway.Channels;

/// <summary>Who may begin a conversation anew.</summary>
public class CommandRightTests
{
    private const string Own = "session: { dmScope: 'per-channel-peer' },";

    [Theory]
    // A conversation of his own.
    [InlineData(Own, "direct", "ann", true)]
    // The agent's main one, which all share.
    [InlineData("", "direct", "abe", true)]
    [InlineData("", "direct", "ann", false)]
    [InlineData("commands: { ownerAllowFrom: [] },", "direct", "ann", true)]
    [InlineData("commands: { ownerAllowFrom: ['ann'] },", "direct", "abe", false)]
    [InlineData("commands: { allowFrom: { '*': ['ann'] } },", "direct", "ann", true)]
    [InlineData("commands: { allowFrom: { loopback: ['ann'], '*': [] } },", "direct", "ann", true)]
    [InlineData("commands: { allowFrom: { '*': ['*'] } },", "direct", "ann", false)]
    // A group.
    [InlineData("", "group", "ann", false)]
    [InlineData("", "group", "abe", true)]
    [InlineData("commands: { ownerAllowFrom: [] },", "group", "abe", false)]
    [InlineData("commands: { allowFrom: { '*': ['ann'] } },", "group", "ann", true)]
    public async Task A_conversation_begins_anew_for_whom_it_is(string more, string kind, string sender, bool may)
    {
        await using var bench = await GatewayBench.StartAsync(Habitat(more));
        var message =
            kind == "group" ? GatewayBench.Group("1", "yard", sender, "/new") : GatewayBench.Direct("1", sender, "/new");

        await bench.Channel().PutAsync(message);

        (await bench.NextAsync()).Text.ShouldBe(may ? Sentences.Fresh : Sentences.NotYours);
        bench.Turns.Submitted.ShouldBe(0);
    }

    [Theory]
    [InlineData("", "direct", "ann", "/model openai/gpt-5", Sentences.NotYourModel)]
    [InlineData("", "direct", "abe", "/model openai/gpt-5", "This conversation goes on with openai/gpt-5.")]
    [InlineData(Own, "direct", "ann", "/model GPT-5", "This conversation goes on with openai/gpt-5.")]
    [InlineData(
        Own,
        "direct",
        "ann",
        "/model openai/gpt-6",
        "That model is not allowed here. Allowed: anthropic/a, anthropic/b, openai/gpt-5, local/*"
    )]
    [InlineData(Own, "direct", "ann", "/model local/llama:8b", "This conversation goes on with local/llama:8b.")]
    [InlineData(
        Own,
        "direct",
        "ann",
        "/model local/*",
        "That model is not allowed here. Allowed: anthropic/a, anthropic/b, openai/gpt-5, local/*"
    )]
    [InlineData(Own, "direct", "ann", "/model anthropic/b", "This conversation goes on with anthropic/b.")]
    [InlineData(Own, "direct", "ann", "/model default", "This conversation goes on with my own model, anthropic/a.")]
    [InlineData("", "group", "ann", "/model openai/gpt-5", Sentences.NotYourModel)]
    [InlineData("", "group", "abe", "/model openai/gpt-5", "This conversation goes on with openai/gpt-5.")]
    public async Task A_conversation_is_given_a_model_that_is_allowed_by_whom_it_is(
        string more,
        string kind,
        string sender,
        string text,
        string answer
    )
    {
        await using var bench = await GatewayBench.StartAsync(WithModels(more));
        var message = kind == "group" ? GatewayBench.Group("1", "yard", sender, text) : GatewayBench.Direct("1", sender, text);

        await bench.Channel().PutAsync(message);

        (await bench.NextAsync()).Text.ShouldBe(answer);
        bench.Turns.Submitted.ShouldBe(0);
        var switched = answer.StartsWith("This conversation goes on with ") && !answer.Contains("my own");
        bench.Turns.Entries.Values.SingleOrDefault()?.Model.ShouldBe(switched ? answer[31..^1] : null);
    }

    [Fact]
    public async Task Which_model_thinks_and_which_may_is_told_to_whoever_may_ask()
    {
        await using var bench = await GatewayBench.StartAsync(WithModels(Own));

        await bench.Channel().PutAsync(GatewayBench.Direct("1", "ann", "/model"));
        var own = (await bench.NextAsync()).Text;
        await bench.Channel().PutAsync(GatewayBench.Direct("2", "ann", "/model openai/gpt-5"));
        await bench.NextAsync();
        await bench.Channel().PutAsync(GatewayBench.Direct("3", "ann", "/model"), GatewayBench.Direct("4", "ann", "/status"));

        own.ShouldStartWith("Model: anthropic/a\nAllowed: anthropic/a, anthropic/b, openai/gpt-5, local/*\n");
        (await bench.NextAsync()).Text.ShouldStartWith("Model: openai/gpt-5, for this conversation (mine is anthropic/a)\n");
        (await bench.NextAsync()).Text.ShouldContain("Model: openai/gpt-5");
    }

    [Fact]
    public async Task A_brain_that_chooses_its_model_itself_is_given_none()
    {
        await using var bench = await GatewayBench.StartAsync(
            WithModels(Own).Replace("id: \"bart\"", "brain: 'openclaw', id: \"bart\"")
        );

        await bench.Channel().PutAsync(GatewayBench.Direct("1", "ann", "/model openai/gpt-5"));

        (await bench.NextAsync()).Text.ShouldContain("chooses its model itself");
        bench.Turns.Entries.ShouldBeEmpty();
    }

    [Theory]
    // Of his own; of all, where he is an owner, is named, and is neither.
    [InlineData(Own, "direct", "ann", "neu hallo", "bart heard: hallo", 1)]
    [InlineData("", "direct", "abe", "Neu", Sentences.Fresh, 1)]
    [InlineData("commands: { allowFrom: { '*': ['ann'] } },", "group", "ann", "neu", Sentences.Fresh, 1)]
    [InlineData("", "direct", "ann", "neu hallo", "bart heard: neu hallo", 0)]
    [InlineData("", "group", "ann", "neu hallo", "bart heard: Ann: neu hallo", 0)]
    // Who may not command may not with the habitat's own word either.
    [InlineData(
        $"{Own} commands: {{ allowFrom: {{ '*': ['eve'] }} }},",
        "direct",
        "ann",
        "neu hallo",
        "bart heard: neu hallo",
        0
    )]
    // And where commands are texts, that word is none.
    [InlineData($"{Own} commands: {{ text: false }},", "direct", "ann", "neu hallo", "bart heard: hallo", 1)]
    [InlineData($"{Own} commands: {{ text: false }},", "direct", "ann", "/new hallo", "bart heard: /new hallo", 0)]
    public async Task The_habitats_own_word_for_a_new_conversation_has_the_rights_of_the_command(
        string more,
        string kind,
        string sender,
        string text,
        string answer,
        int resets
    )
    {
        var triggers = "resetTriggers: ['neu']";
        var habitat = more.Contains(Own) ? more.Replace("dmScope", $"{triggers}, dmScope") : $"session: {{ {triggers} }}, {more}";
        await using var bench = await GatewayBench.StartAsync(
            Habitat(habitat).Replace("groupPolicy", "groups: { '*': { requireMention: false } }, groupPolicy")
        );

        await bench
            .Channel()
            .PutAsync(kind == "group" ? GatewayBench.Group("1", "yard", sender, text) : GatewayBench.Direct("1", sender, text));

        (await bench.NextAsync()).Text.ShouldBe(answer);
        bench.Turns.Resets.Count.ShouldBe(resets);
    }

    [Fact]
    public async Task Where_commands_say_who_may_command_a_list_does_not()
    {
        await using var bench = await GatewayBench.StartAsync(Habitat("commands: { allowFrom: { loopback: ['eve'] } },"));

        // Listed, and none of those who may: it is nobody's, and what is behind it is a text like any other.
        await bench
            .Channel()
            .PutAsync(GatewayBench.Direct("1", "ann", "/status"), GatewayBench.Direct("2", "ann", "/new and a word"));

        (await bench.NextAsync()).Text.ShouldBe("bart heard: /new and a word");
        bench.Host.Dropped.Last.ShouldHaveSingleItem().Reason.ShouldBe("command_not_allowed");
        bench.Turns.Submitted.ShouldBe(1);
    }

    [Fact]
    public async Task The_audit_says_who_asked_on_which_account_and_in_which_session()
    {
        await using var bench = await GatewayBench.StartAsync(Habitat(Own));

        await bench.Channel().PutAsync(GatewayBench.Direct("1", "ann", "hi"), GatewayBench.Direct("2", "ann", "/new"));
        await bench.NextAsync();
        await bench.NextAsync();

        await Eventually.Until(() => bench.Audit.Entries.Count(e => e.Action is "turn.ask" or "command.new") == 2);
        foreach (var entry in bench.Audit.Entries.Where(e => e.Action is "turn.ask" or "command.new"))
        {
            (entry.Actor, entry.Target).ShouldBe(("channel:loopback:default", "agent:bart"));
            entry.Detail!.ShouldContain("\"sender\":\"ann\"");
            entry.Detail!.ShouldContain("\"session\":\"agent:bart:loopback:direct:ann\"");
            entry.Detail!.ShouldNotContain("hi\"");
        }
    }

    private static string WithModels(string more) =>
        Habitat(more + "upstreams: { local: { baseUrl: 'http://127.0.0.1:11434', dialect: 'openai' } },")
            .Replace(
                "workspace:",
                "model: { primary: 'anthropic/a', fallbacks: ['anthropic/b'] }, models: ['openai/gpt-5', 'local/*', 'anthropic/a'], workspace:"
            );

    private static string Habitat(string more) =>
        $$"""
            { name: "h", agents: { list: [{ id: "bart", default: true, workspace: "/srv/bart" }] },
              channels: { loopback: { dmPolicy: 'open', allowFrom: ['*', 'abe'], groupPolicy: 'open' } },
              {{more}}
            }
            """;
}
