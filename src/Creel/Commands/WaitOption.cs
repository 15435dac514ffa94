using System.CommandLine;

namespace Creel.Commands;

/// <summary>
/// <c>--wait</c> and <c>--wait=SECONDS</c>. The parser would take the next word for the number, so a bare one is
/// rewritten first; <c>--wait 30</c> is understood too.
/// </summary>
internal static class WaitOption
{
    /// <summary>What a bare one becomes: until the end, however long.</summary>
    private const int UntilTheEnd = 0;

    public static Option<int?> Make() =>
        new("--wait") { Description = "Wait for the end of it, at most so many seconds", HelpName = "SECONDS" };

    public static IReadOnlyList<string> Rewrite(IReadOnlyList<string> args)
    {
        var words = args.TakeWhile(arg => arg != "--").ToList();
        if (words.Contains("compat") || !words.Any(word => word is "task" or "tasks"))
        {
            return args;
        }

        var result = new List<string>();
        for (var i = 0; i < args.Count; i++)
        {
            if (args[i] == "--")
            {
                result.AddRange(args.Skip(i));
                break;
            }

            if (args[i] != "--wait")
            {
                result.Add(args[i]);
            }
            else if (i + 1 < args.Count && args[i + 1].Length > 0 && args[i + 1].All(char.IsAsciiDigit))
            {
                result.Add($"--wait={args[++i]}");
            }
            else
            {
                result.Add($"--wait={UntilTheEnd}");
            }
        }

        return result;
    }

    /// <summary>Null: not asked for. Infinite: until the end.</summary>
    /// <exception cref="UsageException">Less than nothing.</exception>
    public static TimeSpan? Of(int? value) =>
        value switch
        {
            null => null,
            < 0 => throw new UsageException("--wait takes a number of seconds from 1"),
            UntilTheEnd => Timeout.InfiniteTimeSpan,
            _ => TimeSpan.FromSeconds(value.Value),
        };
}
