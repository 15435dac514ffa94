using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using Creel.Core.Sessions;

namespace Creel.Adapters.Sqlite;

/// <summary>What is known of a session beside its key, agent, id and time, as text.</summary>
internal static class SessionText
{
    private static readonly JsonSerializerOptions Plain = new()
    {
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingDefault,
    };

    public static string Write(SessionEntry s) =>
        JsonSerializer.Serialize(
            new More
            {
                Label = s.Label,
                DisplayName = s.DisplayName,
                Thinking = s.ThinkingLevel,
                Verbose = s.VerboseLevel,
                Reasoning = s.ReasoningLevel,
                Elevated = s.ElevatedLevel,
                Usage = s.ResponseUsage,
                Model = s.Model,
                Send = s.SendPolicy,
                Activation = s.GroupActivation,
                SpawnedBy = s.SpawnedBy,
                SpawnDepth = s.SpawnDepth,
                Channel = s.LastChannel,
                To = s.LastTo,
                Account = s.LastAccountId,
                Thread = s.LastThreadId,
                Behalf = s.Behalf,
                Input = s.InputTokens,
                Output = s.OutputTokens,
                Total = s.TotalTokens,
                Context = s.ContextTokens,
            },
            Plain
        );

    public static SessionEntry Read(SessionEntry session, string text)
    {
        var more = JsonSerializer.Deserialize<More>(text, Plain) ?? new More();
        return session with
        {
            Label = more.Label,
            DisplayName = more.DisplayName,
            ThinkingLevel = more.Thinking,
            VerboseLevel = more.Verbose,
            ReasoningLevel = more.Reasoning,
            ElevatedLevel = more.Elevated,
            ResponseUsage = more.Usage,
            Model = more.Model,
            SendPolicy = more.Send,
            GroupActivation = more.Activation,
            SpawnedBy = more.SpawnedBy,
            SpawnDepth = more.SpawnDepth,
            LastChannel = more.Channel,
            LastTo = more.To,
            LastAccountId = more.Account,
            LastThreadId = more.Thread,
            Behalf = more.Behalf,
            InputTokens = more.Input,
            OutputTokens = more.Output,
            TotalTokens = more.Total,
            ContextTokens = more.Context,
        };
    }

    private sealed class More
    {
        public string? Label { get; init; }
        public string? DisplayName { get; init; }
        public string? Thinking { get; init; }
        public string? Verbose { get; init; }
        public string? Reasoning { get; init; }
        public string? Elevated { get; init; }
        public string? Usage { get; init; }
        public string? Model { get; init; }
        public string? Send { get; init; }
        public string? Activation { get; init; }
        public string? SpawnedBy { get; init; }
        public int? SpawnDepth { get; init; }
        public string? Channel { get; init; }
        public string? To { get; init; }
        public string? Account { get; init; }
        public string? Thread { get; init; }
        public TurnBehalf? Behalf { get; init; }
        public long Input { get; init; }
        public long Output { get; init; }
        public long Total { get; init; }
        public long? Context { get; init; }
    }
}
