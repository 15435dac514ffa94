namespace Creel.Proxy.Offline;

/// <summary>Who said something in a conversation.</summary>
internal enum Speaker
{
    User,
    Tool,
    Model,
}

/// <summary>One message of a conversation, or a part of one.</summary>
internal readonly record struct Said(Speaker By, string Text);

/// <summary>
/// What was said since the model spoke last. Some programs put a message of their own behind the user's, so the last one alone
/// would not do.
/// </summary>
/// <param name="Text">A line each.</param>
/// <param name="AfterTool">A tool's answer is in it.</param>
/// <param name="Turn">How often the model was spoken to, but for what tools answered.</param>
internal sealed record Lately(string Text, bool AfterTool, int Turn)
{
    public static Lately Of(IReadOnlyList<Said> all)
    {
        var begin = 0;
        var turns = 0;
        for (var i = 0; i <= all.Count; i++)
        {
            if (i < all.Count && all[i].By != Speaker.Model)
            {
                continue;
            }

            var group = all.Take(i).Skip(begin).ToList();
            turns += group.Count > 0 && group.All(said => said.By == Speaker.User) ? 1 : 0;
            if (i == all.Count)
            {
                var texts = group.Select(said => said.Text).Where(text => text.Length > 0);
                return new Lately(string.Join('\n', texts), group.Any(said => said.By == Speaker.Tool), turns);
            }

            begin = i + 1;
        }

        throw new System.Diagnostics.UnreachableException();
    }
}
