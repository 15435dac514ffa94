using System.Text.Json.Nodes;
using Creel.Core.Gateway;

namespace Creel.Server.Gateway.Protocol;

/// <summary>A method that clients can call.</summary>
/// <param name="Answer">Its payload; errors are thrown.</param>
internal sealed record GatewayMethod(string Name, ParamShape Shape, Func<GatewayCall, ValueTask<JsonNode?>> Answer)
{
    /// <summary>It changes something: those of one client run one after the other, as they came.</summary>
    public bool Changes { get; init; }

    /// <summary>Its answer may be long: one client has one of them at a time.</summary>
    public bool IsLong { get; init; }

    /// <summary>What other fields newer clients send is left alone.</summary>
    public bool Lenient { get; init; }
}
