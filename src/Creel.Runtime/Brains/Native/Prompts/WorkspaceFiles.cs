using System.Text;
using Creel.Core.Habitats;
using Creel.Core.Provisioning;

namespace Creel.Runtime.Brains.Native.Prompts;

/// <summary>The workspace's own files, as far as they go into the prompt.</summary>
internal static class WorkspaceFiles
{
    /// <summary>More than that is no file that somebody wrote for a prompt.</summary>
    private const int MostBytes = 2 * 1024 * 1024;

    /// <summary>Whoever works for another turn needs to know the place, and not the people.</summary>
    private static readonly string[] ForSubagents = ["AGENTS.md", "TOOLS.md"];

    /// <summary>Each with its name; what is too long is cut in the middle, and says so.</summary>
    public static string Read(Workspace workspace, MindModel mind, bool subagent, Action<string> warn)
    {
        var all = new StringBuilder();
        var left = mind.AllFileChars;
        foreach (var name in subagent ? ForSubagents : FileRules.Shown)
        {
            var bytes = workspace.Read(name, MostBytes, out var problem);
            if (problem is not null)
            {
                warn($"{name} is not read: {problem}");
                all.Append($"## {name}\n\n(not read: {problem})\n\n");
            }

            if (bytes is null || Encoding.UTF8.GetString(bytes).Trim() is not { Length: > 0 } text)
            {
                continue;
            }

            var most = Math.Min(mind.FileChars, left);
            var cut = Cut(text, most, name);
            if (cut.Length < text.Length)
            {
                warn($"{name} has {text.Length} characters, of which {most} go into the prompt");
            }

            left = Math.Max(0, left - Math.Min(most, text.Length));
            all.Append($"## {name}\n\n{cut}\n\n");
        }

        return all.ToString().TrimEnd();
    }

    /// <summary>The beginning and some of the end: people add at either.</summary>
    public static string Cut(string text, int most, string name)
    {
        if (text.Length <= most)
        {
            return text;
        }

        var head = most * 3 / 4;
        var tail = most - head;
        return $"{text[..head]}\n\n[… {text.Length - most} characters of {name} are left out here; read the file for them …]\n\n"
            + text[^tail..];
    }
}
