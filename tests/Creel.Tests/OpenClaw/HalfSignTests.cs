using System.Text;
using System.Text.Json;
using Creel.Adapters.OpenClaw;
using FsCheck;
using FsCheck.Fluent;

namespace Creel.Tests.OpenClaw;

public class HalfSignTests
{
    [Theory]
    [InlineData(@"""a\ud83d""", "a\ufffd")]
    [InlineData(@"""\ude00\ud83d""", "\ufffd\ufffd")]
    [InlineData(@"""\uD83D\uDE00!""", "\U0001f600!")]
    [InlineData(@"""\\ud83d""", @"\ud83d")]
    [InlineData(@"""\ud83d\n\\""", "\ufffd\n\\")]
    [InlineData(@"""\ud83d\ud83d\ude00""", "\ufffd\U0001f600")]
    [InlineData("\"\"", "")]
    public void Half_of_a_sign_is_one_that_can_not_be_read_and_nothing_else_changes(string json, string text) =>
        Read(json).ShouldBe(text);

    [Fact]
    public void Whatever_text_it_is_it_can_be_read()
    {
        var units = Gen.Elements('a', '\\', 'u', 'd', '8', '"', '\n', '\ud83d', '\ude00', '\udbff', '\udfff', 'é').ArrayOf();
        Prop.ForAll(
                units.ToArbitrary(),
                signs =>
                {
                    var json = new StringBuilder("\"");
                    foreach (var c in signs)
                    {
                        json.Append(c is 'a' or 'u' or 'd' or '8' or 'é' ? $"{c}" : $"\\u{(int)c:x4}");
                    }

                    return Read(json.Append('"').ToString())
                        == Encoding.UTF8.GetString(Encoding.UTF8.GetBytes(new string(signs)));
                }
            )
            .QuickCheckThrowOnFailure();
    }

    [Theory]
    [InlineData("")]
    [InlineData("\\")]
    [InlineData("\\u")]
    [InlineData("\\ud83d\\")]
    [InlineData("\\ud83d\\ude0")]
    [InlineData("\\ud83")]
    public void What_is_no_json_is_left_to_who_reads_it(string text) => HalfSigns.Mend(Encoding.UTF8.GetBytes(text));

    [Fact]
    public async Task An_answer_with_half_a_sign_in_it_is_read()
    {
        await using var gateway = FakeGateway.Start(async line =>
        {
            await line.GreetAsync();
            var call = (await line.ReadAsync())!;
            await line.SendAsync($$$"""{"type":"res","id":"{{{call.Id}}}","ok":true,"payload":{"name":"fox \ud83e"}}""");
            await line.ReadAsync();
        });
        await using var client = gateway.Client();

        (await client.CallAsync("health")).GetProperty("name").GetString().ShouldBe("fox \ufffd");
    }

    private static string? Read(string json)
    {
        var bytes = Encoding.UTF8.GetBytes(json);
        HalfSigns.Mend(bytes);
        return JsonElement.Parse(bytes).GetString();
    }
}
