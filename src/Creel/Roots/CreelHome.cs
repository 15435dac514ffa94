using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Creel.Adapters.Files;
using Creel.Adapters.Linux;
using Creel.Core;

namespace Creel.Roots;

/// <summary>CREEL_HOME: what <c>serve</c> keeps there besides its database. Made at the first start, for its owner alone.</summary>
internal sealed class CreelHome
{
    private const string SocketName = "creel.sock";

    /// <summary>What a socket's address holds, in bytes.</summary>
    private const int LongestSocket = 107;

    private const UnixFileMode OwnerFolder = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;

    private CreelHome(string folder) => Folder = folder;

    public string Folder { get; }

    public string Database => Path.Combine(Folder, "creel.db");

    public string TokenFile => Path.Combine(Folder, "admin.token");

    public string GatewayTokenFile => Path.Combine(Folder, "gateway.token");

    public string EndpointFile => Path.Combine(Folder, "serve.json");

    /// <summary>The command line's own way in; where its path would be too long for a socket, it is in the run folder.</summary>
    public string Socket(string run) =>
        Encoding.UTF8.GetByteCount(Path.Combine(Folder, SocketName)) <= LongestSocket
            ? Path.Combine(Folder, SocketName)
            : Path.Combine(run, SocketName);

    /// <summary>What is desired: which habitat was last applied.</summary>
    public string DesiredFile => DesiredIn(Folder);

    public static string DesiredIn(string folder) => Path.Combine(folder, "desired.json");

    /// <summary>The tokens of accounts on messengers.</summary>
    public string TokenFolder => TokensIn(Folder);

    public static string TokensIn(string folder) => Path.Combine(folder, "channels");

    /// <summary>What opens gateways elsewhere.</summary>
    public string GatewayFolder => Path.Combine(Folder, "gateways");

    /// <summary>Of which budgets somebody was told.</summary>
    public string WarnedFile => Path.Combine(Folder, "warned.json");

    /// <summary>The default: <c>~/.creel</c>.</summary>
    public static string Default => Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".creel");

    /// <exception cref="CreelException">The folder can't be made or used.</exception>
    public static CreelHome Open(string folder)
    {
        folder = Path.GetFullPath(folder);
        try
        {
            if (!Directory.Exists(folder))
            {
                Directory.CreateDirectory(folder, OwnerFolder);
            }

            // Without links, so that a home is the same one by whatever way it is named.
            var real = RealPath.Of(folder) ?? folder;
            if (new WritableFolders().OwnerOf(real) is { } owner && owner != UnixUser.Current.Uid)
            {
                throw Strange(folder, owner);
            }

            if ((File.GetUnixFileMode(real) & ~OwnerFolder) != 0)
            {
                File.SetUnixFileMode(real, OwnerFolder);
            }

            return new CreelHome(real);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new CreelException(
                new Fault(
                    FaultKind.Missing,
                    "home",
                    $"{folder} can't be used: {e.Message}",
                    "Set CREEL_HOME to a folder that you own."
                ),
                e
            );
        }
    }

    /// <summary>Whoever owns it chooses the admin token, and root would then do what he says.</summary>
    private static CreelException Strange(string folder, int owner) =>
        new(
            Fault.Refused(
                "home-stranger",
                $"{folder} belongs to another user (uid {owner}), who could put a token of his own there",
                "Set CREEL_HOME to a folder that you own, or run this as its owner."
            )
        );

    /// <summary>Names this Creel among others on the machine.</summary>
    public string Instance() =>
        Once(Path.Combine(Folder, "instance"), () => Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(8)));

    /// <summary>The admin token: 32 random bytes, made at the first start; the command line reads it from the same file.</summary>
    public string AdminToken() => Once(TokenFile, () => Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(32)));

    /// <summary>What clients of the gateway show where the habitat names no secret; made when it is first needed.</summary>
    public string GatewayToken() => Once(GatewayTokenFile, () => Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(32)));

    /// <summary>Tells the command line where we are; the last step of starting.</summary>
    public void WriteEndpoint(string url, string webSocketUrl, string socket, string version) =>
        WholeFile.Write(
            EndpointFile,
            JsonSerializer.Serialize(
                new
                {
                    url,
                    webSocketUrl,
                    socket,
                    pid = Environment.ProcessId,
                    version,
                },
                new JsonSerializerOptions { WriteIndented = true }
            )
        );

    public void RemoveEndpoint() => File.Delete(EndpointFile);

    private static string Once(string file, Func<string> make)
    {
        if (File.Exists(file) && File.ReadAllText(file).Trim() is { Length: > 0 } there)
        {
            return there;
        }

        var made = make();
        WholeFile.Write(file, made + "\n");
        return made;
    }
}
