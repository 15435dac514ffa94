using System.Text.Json;
using System.Text.Json.Serialization;

namespace Creel.Core.Channels;

/// <summary>The JSON of what stores keep of messages, generated at build time.</summary>
[JsonSourceGenerationOptions(
    JsonSerializerDefaults.Web,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    UseStringEnumConverter = true
)]
[JsonSerializable(typeof(InboundTurn))]
[JsonSerializable(typeof(OutboundMessage))]
public sealed partial class ChannelsJson : JsonSerializerContext;
