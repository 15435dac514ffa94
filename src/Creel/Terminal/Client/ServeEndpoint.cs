using System.Text.Json;
using Creel.Core;

namespace Creel.Terminal.Client;

/// <summary>Where the server is, as it wrote it into its own folder.</summary>
/// <param name="Socket">A unix socket that serves the same as the address.</param>
internal sealed record ServeEndpoint(string? Url, string? Socket, int Pid, string? Version)
{
    public static string PathIn(string home) => Path.Combine(home, "serve.json");

    /// <summary>
    /// What was written out, else what the running server left in its folder, with its socket. Never a guess: it would get the token.
    /// </summary>
    /// <exception cref="CreelException">No server runs, the address can't be used, or the token would go over a network in clear.</exception>
    public static (Uri Url, string? Socket) Find(string? written, string home)
    {
        var left = written is null ? Left(home) : null;
        var text =
            written
            ?? left?.Url
            ?? throw new CreelException(
                Closed(home)
                    ? new Fault(
                        FaultKind.Missing,
                        "home-closed",
                        $"{home} is not yours to read",
                        "run this as its owner, or name another folder with --home"
                    )
                    : Fault.Unavailable(
                        "not-running",
                        $"no server is running from {home}",
                        "start it with: creel serve (name another folder with --home, another address with --url)"
                    )
            );
        if (
            !Uri.TryCreate(text, UriKind.Absolute, out var url)
            || url.Scheme is not ("http" or "https")
            || url.UserInfo.Length > 0
        )
        {
            throw new CreelException(
                Fault.Invalid(
                    "url",
                    $"'{PlainText.Line(text, 80)}' is no http or https address",
                    "write it as http://127.0.0.1:9091"
                )
            );
        }

        if (url.Scheme == "http" && !url.IsLoopback)
        {
            throw new CreelException(
                Fault.Refused(
                    "url-clear",
                    $"the admin token would go to {url.Host} in clear",
                    "use https, or a tunnel to a loopback address"
                )
            );
        }

        return (new Uri(url.GetLeftPart(UriPartial.Path).TrimEnd('/') + "/"), left?.Socket);
    }

    private static bool Closed(string home)
    {
        try
        {
            File.OpenHandle(PathIn(home)).Dispose();
            return false;
        }
        catch (Exception e) when (e is UnauthorizedAccessException or IOException)
        {
            return e is UnauthorizedAccessException;
        }
    }

    /// <summary>Null where there is none, or none that can be read.</summary>
    public static ServeEndpoint? Left(string home)
    {
        try
        {
            return JsonSerializer.Deserialize<ServeEndpoint>(File.ReadAllBytes(PathIn(home)), CliJson.Line);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or JsonException)
        {
            return null;
        }
    }
}
