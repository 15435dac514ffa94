using System.Text;

namespace Creel.Runtime.Brains.OpenClaw;

/// <summary>The gateway's HOME, in the cell's state: its settings, its sessions, and the token of its clients, all of it 0600.</summary>
internal sealed class GatewayFolder(string state)
{
    private const int LongestToken = 256;

    public string Home { get; } = Path.Combine(state, "openclaw");

    public string Settings => Path.Combine(Home, ".openclaw");

    public string Database => Path.Combine(Settings, "state", "openclaw.sqlite");

    private string ConfigFile => Path.Combine(Settings, "openclaw.json");

    /// <summary>Made once.</summary>
    /// <exception cref="IOException">It can't be kept.</exception>
    public string Token()
    {
        Make();
        var file = Path.Combine(Home, "token");
        if (OwnFile.Read(file, LongestToken) is { Length: >= 32 } kept)
        {
            return Encoding.ASCII.GetString(kept).Trim();
        }

        // 244 bits of the kernel's randomness: .NET's generator for keys is OpenSSL's, which an image need not have.
        var token = $"{Guid.NewGuid():N}{Guid.NewGuid():N}";
        OwnFile.Write(file, Encoding.ASCII.GetBytes(token));
        return token;
    }

    /// <summary>Whole at any moment: a gateway that runs reads it again when it changes.</summary>
    /// <exception cref="IOException">It can't be written.</exception>
    public void Configure(ReadOnlySpan<byte> config)
    {
        Make();
        OwnFile.Write(ConfigFile + ".new", config);
        OwnFile.Move(ConfigFile + ".new", ConfigFile);
    }

    private void Make()
    {
        foreach (var folder in (string[])[Home, Settings])
        {
            OwnFile.MakeFolder(folder);
            File.SetUnixFileMode(folder, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        }
    }
}
