using System.Net;
using System.Security;
using System.Text;
using Creel.Core;

namespace Creel.Adapters.Launchd;

/// <summary>What macOS starts <c>creel serve</c> from: an agent of the user, or of the machine as root.</summary>
public static class ServePlist
{
    /// <summary>By which a file that Creel wrote is told from one that somebody else did.</summary>
    public const string Mark = "<!-- Made by: creel service install -->";

    private const string HomeKey = "    <key>CREEL_HOME</key>";

    /// <summary>The home of a file that Creel wrote; null where it names none.</summary>
    public static string? HomeOf(string plist)
    {
        const string Begin = HomeKey + "<string>";
        var line = plist.Split('\n').FirstOrDefault(line => line.StartsWith(Begin, StringComparison.Ordinal));
        return line is null
            ? null
            : WebUtility.HtmlDecode(line[Begin.Length..].Replace("</string>", "", StringComparison.Ordinal));
    }

    public static string Of(BootOrder order)
    {
        var text = new StringBuilder();
        text.Append("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n");
        text.Append(Mark).Append('\n');
        text.Append(
            "<!DOCTYPE plist PUBLIC \"-//Apple//DTD PLIST 1.0//EN\" \"http://www.apple.com/DTDs/PropertyList-1.0.dtd\">\n"
        );
        text.Append("<plist version=\"1.0\">\n<dict>\n");
        Line("  <key>Label</key>", Word(order.Name));
        text.Append("  <key>ProgramArguments</key>\n  <array>\n");
        foreach (var argument in (string[])[order.Program, .. order.Arguments])
        {
            text.Append("    ").Append(Word(argument)).Append('\n');
        }

        text.Append("  </array>\n  <key>EnvironmentVariables</key>\n  <dict>\n");
        Line(HomeKey, Word(order.Home));
        text.Append("  </dict>\n");
        Line("  <key>RunAtLoad</key>", "<true/>");
        // Started again only where it failed, and with what it started left alone: cells go on without it.
        text.Append("  <key>KeepAlive</key>\n  <dict>\n");
        Line("    <key>SuccessfulExit</key>", "<false/>");
        text.Append("  </dict>\n");
        Line("  <key>AbandonProcessGroup</key>", "<true/>");
        Line("  <key>Umask</key>", "<integer>63</integer>");
        Line("  <key>StandardErrorPath</key>", Word($"{order.Home}/serve.log"));
        return text.Append("</dict>\n</plist>\n").ToString();

        void Line(string key, string value)
        {
            text.Append(key).Append(value).Append('\n');
        }
    }

    /// <exception cref="CreelException">It has a control character, which XML has no way to write.</exception>
    private static string Word(string text) =>
        text.Any(char.IsControl)
            ? throw new CreelException(Fault.Refused("path", "a path or an argument has a control character", "Rename it"))
            : $"<string>{SecurityElement.Escape(text)}</string>";
}
