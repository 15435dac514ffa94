using System.Text.Json;
using System.Text.Json.Serialization;
using Creel.Core.Habitats;

namespace Creel.Core.Link;

/// <summary>The JSON of the link, generated at build time since the runtime is trimmed.</summary>
[JsonSourceGenerationOptions(
    JsonSerializerDefaults.Web,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    RespectNullableAnnotations = true,
    RespectRequiredConstructorParameters = false
)]
[JsonSerializable(typeof(Hello))]
[JsonSerializable(typeof(Welcome))]
[JsonSerializable(typeof(MindModel))]
[JsonSerializable(typeof(TaskNotice))]
[JsonSerializable(typeof(OutputChunk))]
[JsonSerializable(typeof(TaskResponse))]
[JsonSerializable(typeof(StreamOpen))]
[JsonSerializable(typeof(StreamEnd))]
[JsonSerializable(typeof(AttemptOrder))]
[JsonSerializable(typeof(AttemptRow))]
[JsonSerializable(typeof(DecoyOrder))]
[JsonSerializable(typeof(DecoyFacts))]
public sealed partial class LinkJson : JsonSerializerContext;
