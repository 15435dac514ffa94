using System.Text.Json;

namespace Creel.Core.Gateway;

/// <summary>A call: <c>{type: "req", id, method, params?}</c>, and no other key.</summary>
/// <param name="Params">Undefined where there are none.</param>
public sealed record RequestFrame(string Id, string Method, JsonElement Params);
