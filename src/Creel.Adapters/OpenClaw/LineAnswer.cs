using System.Text.Json;
using Creel.Core.Provisioning.Gateways;

namespace Creel.Adapters.OpenClaw;

/// <summary>What became of one call on one line.</summary>
internal abstract record LineAnswer
{
    private LineAnswer() { }

    public sealed record Done(JsonElement Payload) : LineAnswer;

    public sealed record Refused(GatewayRefusal Refusal) : LineAnswer;

    /// <summary>Nothing came in time; the line stands.</summary>
    public sealed record Silent : LineAnswer;

    /// <param name="Sent">It may have been heard.</param>
    public sealed record Broken(LineEnd End, bool Sent) : LineAnswer;
}

/// <summary>Why a line ended.</summary>
/// <param name="Code">Of the close; null: without one.</param>
/// <param name="Why">For people.</param>
internal sealed record LineEnd(int? Code, string Why)
{
    public const int ServiceRestart = 1012;

    /// <summary>It will be back.</summary>
    public bool Restarts => Code == ServiceRestart;

    /// <summary>What it sent can't be gone on with; another try would end the same way.</summary>
    public bool Hopeless { get; init; }
}
