using System.Text.Json.Serialization;
using Creel.Core.Budgets;

namespace Creel.Proxy.Ledger;

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull
)]
[JsonSerializable(typeof(CallRecord))]
[JsonSerializable(typeof(CallRecord[]))]
internal sealed partial class BookJson : JsonSerializerContext;
