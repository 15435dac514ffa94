using Creel.Core.Habitats;
using Creel.Core.Habitats.Json5;
using Creel.Core.Habitats.Patching;
using FsCheck;
using FsCheck.Fluent;

namespace Creel.Tests.Habitats;

public sealed class ShownTextTests
{
    private const string Canary = "c4n4ry";

    /// <summary>Where secrets stand, however they are called and written.</summary>
    private static readonly string[] Secrets =
    [
        "botToken: 'c4n4ry'",
        "\"tok\\u0065n\": 'c4n4ry'",
        "token: 'c4n4\\u0072y'",
        "tok\\u0065n: \"c4n4\\x72y\"",
        "apiKey: 'c4n4\\\nry'",
        "env: { REGION: 'c4n4ry', vars: { A: 'c4n4ry' } }",
        "docker: { env: { ANY: 'c4n4ry' } }",
        "headers: { 'x-any': 'c4n4ry' }",
        "authTokens: ['c4n4ry', /* c4n4ry */ 'c4n4ry']",
        "auth: 'c4n4ry'",
        "password: '${c4n4ry}'",
        "password: '${A}c4n4ry}'",
        "proxyUrl: 'http://me:c4n4ry@host:3128/x'",
        "proxyUrl: 'http://me:a@c4n4ry@host/x'",
        "remote: 'https://c4n4ry@host.org/r.git'",
        "proxy: 'me:c4n4ry@host:3128'",
        "url: 'wss://host/x?a=1&access_token=c4n4ry'",
        "command: ['curl', '--token=c4n4ry', 'Authorization: Bearer c4n4ryc4n4ry']",
        "note: 1 // c4n4ry",
        "/* c4n4ry */ other: 2",
    ];

    [Fact]
    public void A_canary_in_any_secret_place_is_shown_to_nobody_who_only_reads() =>
        Prop.ForAll(
                Texts(),
                text =>
                {
                    var root = (Json5Object)Json5Reader.Read("t", text).Root.ShouldNotBeNull(text);
                    var shown = ShownText.Of(text, root, comments: false);
                    shown.ShouldNotContain("c4n4", customMessage: text);
                    Json5Text.Write(Redaction.Hide(root)).ShouldNotContain("c4n4", customMessage: text);

                    // And what is shown is a configuration, which sent back is what was there.
                    var back = (Json5Object)Json5Reader.Read("t", shown).Root.ShouldNotBeNull(shown);
                    Json5Text.Write(Redaction.Restore(back, root, out var unknown)).ShouldBe(Json5Text.Write(root), text);
                    unknown.ShouldBeNull(shown);
                }
            )
            .QuickCheckThrowOnFailure();

    [Fact]
    public void A_value_is_hidden_where_it_stands_and_nowhere_else()
    {
        const string text = "{ // the key\n gateway: { auth: { token: 's3' } }, hooks: 's3', say: 'a \\'s3\\' // no comment' }";
        var root = Json5Reader.Read("t", text).Root!;
        ShownText
            .Of(text, root, comments: true)
            .ShouldBe(
                "{ // the key\n gateway: { auth: { token: \"__OPENCLAW_REDACTED__\" } }, hooks: 's3', say: 'a \\'s3\\' // no comment' }"
            );
        ShownText.Of(text, root, comments: false).ShouldNotContain("the key");
        ShownText.Of(text, root, comments: false).ShouldContain("// no comment");
    }

    [Theory]
    [InlineData("{ upstreams: { u: { baseUrl: 'http://me:${PW}@host/' } }, env: { PW: 'c4n4ry' } }")]
    [InlineData("{ brain: { command: ['run', '${REGION}'] }, env: { REGION: 'c4n4ry' } }")]
    [InlineData("{ brain: { command: ['run', '${MY_TOKEN}'] } }")]
    public void A_variable_that_holds_a_secret_is_shown_as_it_was_written(string text)
    {
        var written = (Json5Object)Json5Reader.Read("t", text).Root!;
        var resolved = Json5Reader
            .Read("t", text.Replace("${PW}", Canary).Replace("${REGION}", Canary).Replace("${MY_TOKEN}", Canary))
            .Root!;
        Json5Text.Write(Redaction.Hide(resolved, written)).ShouldNotContain(Canary);
    }

    [Theory]
    [InlineData("{ name: 'h', channels: { telegram: { botToken: c4n4ry } } }")]
    [InlineData("{ name: 'h', channels: { telegram: { botToken: ['c4n4ry'] } } }")]
    [InlineData("{ name: 'h', env: { A: c4n4ry } }")]
    [InlineData("{ name: 'h', gateway: { auth: { token: 'c4n4ry', mode: 'c' } } }")]
    public void What_is_wrong_is_told_without_what_was_written_in_a_secrets_place(string text)
    {
        var input = new HabitatInput { Main = new HabitatSource("habitat.json5", text), BaseFolder = "/srv" };
        var files = new HabitatSnapshot(
            "habitat.json5",
            "l",
            "1",
            HabitatReader.Read(input),
            input,
            new Dictionary<string, string?>()
        );
        var shown = ConfigSnapshots.Of(files);
        (shown.Issues.Count + shown.Warnings.Count).ShouldBePositive();
        shown.ToString().ShouldNotContain(Canary);
        string.Join(' ', shown.Issues.Concat(shown.Warnings)).ShouldNotContain(Canary);
    }

    [Fact]
    public void A_text_with_a_mark_in_it_that_was_changed_is_not_taken_for_the_old_one()
    {
        var known = Json5Reader.Read("t", "{ url: 'http://me:pw@host/' }").Root!;
        Json5Text.Write(Redaction.Restore(Redaction.Hide(known), known, out var unknown)).ShouldBe(Json5Text.Write(known));
        unknown.ShouldBeNull();
        var moved = Json5Reader.Read("t", "{ url: 'http://__OPENCLAW_REDACTED__@elsewhere/' }").Root!;
        Redaction.Restore(moved, known, out unknown);
        unknown.ShouldBe("url");
    }

    [Fact]
    public void What_is_no_secret_is_shown()
    {
        const string text =
            "{ model: 'anthropic/claude-sonnet-4-5', maxTokens: 4096, systemPrompt: 'The password: is what you ask for. Write to bob@example.org.', url: 'http://host:80/a@b' }";
        var root = Json5Reader.Read("t", text).Root!;
        ShownText.Of(text, root, comments: true).ShouldBe(text);
    }

    private static Arbitrary<string> Texts() =>
        Arb.From(
            from picked in Gen.Elements(Secrets).ArrayOf(4)
            from depth in Gen.Choose(0, 3)
            from inList in Gen.Elements(true, false)
            select Text(picked, depth, inList)
        );

    private static string Text(string[] picked, int depth, bool inList)
    {
        // A key once in each object.
        var text = string.Join(",\n", picked.Distinct().Select((one, i) => $"'s{i}': {{ {one}\n }}"));
        for (var i = 0; i < depth; i++)
        {
            text = inList ? $"'in{i}': [{{ {text} }}, 'x']" : $"'in{i}': {{ {text} }}";
        }

        return $"{{ {text}, }}";
    }
}
