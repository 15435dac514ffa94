using System.Text.Json;
using Creel.Core;
using Creel.Core.Isolation;

namespace Creel.Runtime;

/// <summary>
/// Where this runtime is, as its driver told it by environment variables or, in a machine of its own, by a file.
/// </summary>
internal sealed record RuntimeSettings
{
    /// <summary>The hub's socket; null: it is dialled by <see cref="HubUrl"/>.</summary>
    public string? HubSocket { get; init; }

    /// <summary>ws or wss, without the path; null: there is a socket.</summary>
    public Uri? HubUrl { get; init; }

    /// <summary>Over <see cref="HubUrl"/> only: who this is.</summary>
    public string? Agent { get; init; }

    /// <summary>Over <see cref="HubUrl"/> only; a record prints it, so never log this whole record.</summary>
    public string? Token { get; init; }

    public required string Cell { get; init; }
    public required string State { get; init; }
    public string? ProxySocket { get; init; }

    /// <summary>0: no relay.</summary>
    public int RelayPort { get; init; }

    /// <summary>The folder with what the cell's programs trust, where every address is the cell's own; null elsewhere.</summary>
    public string? Trust { get; init; }

    /// <summary>Bytes that the cell may use; null: unlimited, as far as is known.</summary>
    public long? Memory { get; init; }

    /// <summary>The machine is the boundary, so nothing is taken away from its programs and sudo works.</summary>
    public bool KeepPrivileges { get; init; }

    public string Name => HubSocket is null ? Agent! : Cell;

    public string Home => Path.Combine(State, "home");

    /// <exception cref="CreelException">
    /// Neither a socket nor a URL with agent and token, or a file that can't be read.
    /// </exception>
    public static RuntimeSettings Read(Func<string, string?> variable)
    {
        var state = Given(variable(CellPaths.StateVariable)) ?? CellPaths.State;
        var settings = new RuntimeSettings
        {
            State = Path.GetFullPath(state),
            Cell = Given(variable(CellPaths.CellVariable)) ?? "cell",
            ProxySocket = Given(variable(CellPaths.ProxySocketVariable)),
            RelayPort = Port(Given(variable(CellPaths.RelayPortVariable))),
            Trust = Given(variable(CellPaths.TrustVariable)),
            Memory = long.TryParse(variable(CellPaths.MemoryVariable), out var bytes) && bytes > 0 ? bytes : null,
            KeepPrivileges = variable(RuntimeVariables.Privileges) == "keep",
        };
        if (Given(variable(CellPaths.HubSocketVariable)) is { } socket)
        {
            return settings with { HubSocket = socket };
        }

        if (Given(variable(RuntimeVariables.HubUrl)) is { } url)
        {
            var file = Given(variable(RuntimeVariables.TokenFile)) ?? throw Incomplete(RuntimeVariables.TokenFile);
            var agent = Given(variable(RuntimeVariables.Agent)) ?? throw Incomplete(RuntimeVariables.Agent);
            return settings with { HubUrl = Url(url), Agent = agent, Token = Text(file).Trim() };
        }

        var config = Given(variable(RuntimeVariables.AgentConfig)) ?? throw Incomplete(CellPaths.HubSocketVariable);
        return FromFile(settings, config);
    }

    private static RuntimeSettings FromFile(RuntimeSettings settings, string file)
    {
        try
        {
            using var json = JsonDocument.Parse(Text(file));
            string Field(string name) =>
                json.RootElement.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String
                    ? value.GetString()!
                    : throw new CreelException(Fault.Invalid("agent-config", $"'{name}' is missing in {file}"));
            return settings with
            {
                HubUrl = Url(Field("hubUrl")),
                Agent = Field("agentId"),
                Token = Field("token"),
                KeepPrivileges = true,
            };
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            throw new CreelException(
                Fault.Invalid("agent-config", $"{file} is not a JSON object", "Provision the machine again")
            );
        }
    }

    private static string? Given(string? value) => string.IsNullOrWhiteSpace(value) ? null : value;

    private static int Port(string? value) =>
        value is null ? 0
        : int.TryParse(value, out var port) && port is >= 0 and <= 65535 ? port
        : throw new CreelException(Fault.Invalid("relay-port", $"{CellPaths.RelayPortVariable} is not a port number"));

    private static Uri Url(string text) =>
        Uri.TryCreate(text, UriKind.Absolute, out var url) && url.Scheme is "ws" or "wss"
            ? url
            : throw new CreelException(Fault.Invalid("hub-url", "The hub's URL must be ws://host:port or wss://host:port"));

    private static string Text(string file)
    {
        try
        {
            return File.ReadAllText(file);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new CreelException(Fault.NotFound("unreadable", $"{file} can't be read: {e.Message}"));
        }
    }

    private static CreelException Incomplete(string name) =>
        new(
            Fault.Invalid(
                "settings",
                $"{name} is not set",
                "A driver starts creel-runtime; by hand, set the variables that its --help lists"
            )
        );
}
