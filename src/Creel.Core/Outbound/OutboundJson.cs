using System.Text.Json;
using System.Text.Json.Serialization;
using Creel.Core.Budgets;

namespace Creel.Core.Outbound;

/// <summary>The JSON of the orders and of the control socket, generated at build time.</summary>
[JsonSourceGenerationOptions(
    JsonSerializerDefaults.Web,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    RespectNullableAnnotations = true,
    UseStringEnumConverter = true,
    Converters = [typeof(AgentIdText), typeof(GroupIdText), typeof(CellIdText), typeof(EgressRuleText)]
)]
[JsonSerializable(typeof(ProxyOrders))]
[JsonSerializable(typeof(ProxyStatus))]
[JsonSerializable(typeof(Denial))]
[JsonSerializable(typeof(CallFact))]
[JsonSerializable(typeof(OfflineScript))]
[JsonSerializable(typeof(List<EgressRule>))]
[JsonSerializable(typeof(SpendReport))]
[JsonSerializable(typeof(PriceReport))]
[JsonSerializable(typeof(CallRecord))]
[JsonSerializable(typeof(GrantOrder))]
[JsonSerializable(typeof(GrantAnswer))]
public sealed partial class OutboundJson : JsonSerializerContext;
