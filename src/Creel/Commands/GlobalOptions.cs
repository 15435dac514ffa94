using System.CommandLine;

namespace Creel.Commands;

/// <summary>The options of every verb.</summary>
internal sealed class GlobalOptions
{
    public Option<bool> Json { get; } =
        new("--json")
        {
            Description = "Machine output on standard output, errors too: {\"error\":{code,message,remedy}}",
            Recursive = true,
        };

    public Option<string?> Url { get; } =
        new("--url")
        {
            Description = "The server's address ($CREEL_URL; else what it left in its folder)",
            HelpName = "URL",
            Recursive = true,
        };

    public Option<string?> Home { get; } =
        new("--home")
        {
            Description = "The server's folder ($CREEL_HOME; else ~/.creel)",
            HelpName = "FOLDER",
            Recursive = true,
        };
}
