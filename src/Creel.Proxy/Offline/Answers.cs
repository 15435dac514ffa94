using System.Globalization;
using System.Text.RegularExpressions;
using Creel.Core.Outbound;

namespace Creel.Proxy.Offline;

/// <summary>From a rule to what is answered.</summary>
internal static partial class Answers
{
    private const int LongestEcho = 200;

    public static Answer Of(OfflineRule rule, OfflineCall call, Asked asked)
    {
        var text =
            rule.Text is { } written ? Fill(written, call, asked)
            : rule.Tools.Count > 0 ? ""
            : Own(asked);
        var tokens = Tokens.Of(text);
        IReadOnlyList<ToolUse> tools = [.. rule.Tools.Select(ToolUse.Of)];
        var most = asked.Most ?? long.MaxValue;
        return tokens.Count + tools.Sum(tool => tool.Tokens) <= most
            ? new Answer(tokens, tools, IsShort: false)
            : new Answer([.. tokens.Take((int)Math.Min(most, tokens.Count))], [], IsShort: true);
    }

    /// <summary>What stands in braces and is no such word stays as it is.</summary>
    public static string Fill(string text, OfflineCall call, Asked asked) =>
        Place()
            .Replace(
                text,
                match =>
                    match.Value switch
                    {
                        "{message}" => asked.Last.Text,
                        "{agent}" => call.Agent ?? call.Group,
                        "{group}" => call.Group,
                        "{model}" => asked.Model,
                        _ => asked.Last.Turn.ToString(CultureInfo.InvariantCulture),
                    }
            );

    private static string Own(Asked asked)
    {
        var echo = Spaces().Replace(asked.Last.Text, " ").Trim();
        echo = echo.Length <= LongestEcho ? echo : $"{Head(echo)}…";
        var who = asked.Last.AfterTool ? "The tool answered" : "You said";
        return $"I am Creel's offline stand-in and no model: nothing was sent anywhere. {who}: \"{echo}\"";
    }

    /// <summary>No half of a character at its end.</summary>
    private static string Head(string text) =>
        text[..(char.IsHighSurrogate(text[LongestEcho - 1]) ? LongestEcho - 1 : LongestEcho)];

    [GeneratedRegex(@"\{(message|agent|group|model|turn)\}")]
    private static partial Regex Place();

    [GeneratedRegex(@"\s+")]
    private static partial Regex Spaces();
}
