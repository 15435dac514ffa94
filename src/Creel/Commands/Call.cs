using System.CommandLine;
using System.Text.Json;
using Creel.Core;
using Creel.Roots;
using Creel.Terminal;
using Creel.Terminal.Client;

namespace Creel.Commands;

/// <summary>One run of one verb: what was typed, where to read and write, and the server.</summary>
internal sealed class Call(ParseResult parsed, GlobalOptions globals, CommandIo io, CliParts parts) : IDisposable
{
    private ApiClient? client;

    public CommandIo Io { get; } = io;

    public CliParts Parts { get; } = parts;

    public TimeProvider Time => Parts.Time;

    public bool Json => parsed.GetValue(globals.Json);

    /// <summary>Absolute.</summary>
    public string Home => FullPath(parsed.GetValue(globals.Home) ?? Variable("CREEL_HOME") ?? UsualHome());

    /// <summary>Connected to on first use; the token is read then.</summary>
    public ApiClient Client => client ??= Connect();

    public T? Value<T>(Option<T> option) => parsed.GetValue(option);

    public T Value<T>(Argument<T> argument) => parsed.GetRequiredValue(argument);

    /// <summary>An argument that may be left out.</summary>
    public T? Optional<T>(Argument<T> argument) => parsed.GetValue(argument);

    /// <summary>A path as the user's shell means it, without a slash at its end: what is put together from it has none twice.</summary>
    public string FullPath(string path) => Path.TrimEndingDirectorySeparator(Path.GetFullPath(path, Io.WorkingFolder));

    /// <summary>For people, on standard output.</summary>
    public void Say(string text) => Io.Out.WriteLine(PlainText.Clean(text));

    /// <summary>For people, on standard error: notes beside the answer.</summary>
    public void Note(string text) => Io.Error.WriteLine(PlainText.Clean(text));

    public void Show(TextTable columns) => Io.Out.Write(columns.Text());

    /// <summary>For programs: one document; on a line of its own where no person looks at it.</summary>
    public void Print<T>(T document) =>
        Io.Out.WriteLine(JsonSerializer.Serialize(document, Io.OutputIsTerminal ? CliJson.Pretty : CliJson.Line));

    /// <summary>For programs: one of many documents, on a line of its own.</summary>
    public void PrintLine<T>(T document) => Io.Out.WriteLine(JsonSerializer.Serialize(document, CliJson.Line));

    /// <summary>Asks on a terminal, on standard error; elsewhere it must have been said on the command line.</summary>
    /// <exception cref="UsageException">Nobody can be asked.</exception>
    public async Task<bool> ConfirmAsync(string question, CancellationToken cancel)
    {
        if (!Io.InputIsTerminal || !Io.ErrorIsTerminal)
        {
            throw new UsageException($"nobody is at a terminal to confirm this: {question}", "add --yes");
        }

        await Io.Error.WriteAsync($"{PlainText.Line(question)} [y/N] ");
        using var reader = new StreamReader(Io.Input, leaveOpen: true);
        var answer = await reader.ReadLineAsync(cancel).AsTask().WaitAsync(cancel);
        return answer?.Trim().ToLowerInvariant() is "y" or "yes";
    }

    /// <summary>Reads a view out of an answer.</summary>
    /// <exception cref="CreelException">The answer has another shape.</exception>
    public static T Read<T>(JsonElement element)
    {
        try
        {
            return element.Deserialize<T>(CliJson.Line) ?? throw new JsonException();
        }
        catch (Exception e) when (e is JsonException or FormatException)
        {
            throw new CreelException(
                new Fault(
                    FaultKind.Internal,
                    "answer-shape",
                    "the server's answer has another shape than expected",
                    "are creel and the server of one version?"
                ),
                e
            );
        }
    }

    public static byte[] Body<T>(T value) => JsonSerializer.SerializeToUtf8Bytes(value, CliJson.Line);

    public void Dispose() => client?.Dispose();

    private string UsualHome() => Variable("HOME") is { } home ? Path.Combine(home, ".creel") : CreelHome.Default;

    private ApiClient Connect()
    {
        var (url, socket) = ServeEndpoint.Find(parsed.GetValue(globals.Url) ?? Variable("CREEL_URL"), Home);
        var token = AdminToken.Read(Home);
        return new ApiClient(new ServerDoor(url, socket, AdminToken.PathIn(Home), Note), token);
    }

    /// <summary>Of the environment; null where it is not set, or empty.</summary>
    public string? Variable(string name) => Io.Variable(name) is { Length: > 0 } value ? value : null;
}
