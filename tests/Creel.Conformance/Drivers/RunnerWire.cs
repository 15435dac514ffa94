using System.Text.Json;
using System.Text.Json.Serialization;
using Creel.Core;
using Creel.Core.Isolation;

namespace Creel.Conformance.Drivers;

/// <summary>What the suite tells a driver in another process.</summary>
/// <param name="Number">Of the call; with the verb <c>cancel</c> of the one that is given up.</param>
internal sealed record RunnerCall(
    int Number,
    string Verb,
    CellSpec? Spec = null,
    CellHandle? Handle = null,
    TimeSpan Grace = default
);

/// <summary>What it answers.</summary>
internal sealed record RunnerAnswer(int Number)
{
    public DriverFingerprint? Fingerprint { get; init; }

    public CellHandle? Handle { get; init; }

    public CellObservation? Seen { get; init; }

    public CellUsage? Usage { get; init; }

    public Fault? Fault { get; init; }

    public string? Bug { get; init; }

    public string? Drift { get; init; }

    public bool Cancelled { get; init; }

    public int? Pid { get; init; }
}

internal static class RunnerWire
{
    public static JsonSerializerOptions Json { get; } = new() { Converters = { new GroupText() } };

    private sealed class GroupText : JsonConverter<GroupId>
    {
        public override GroupId Read(ref Utf8JsonReader reader, Type type, JsonSerializerOptions options) =>
            GroupId.Parse(reader.GetString());

        public override void Write(Utf8JsonWriter writer, GroupId value, JsonSerializerOptions options) =>
            writer.WriteStringValue(value.Value);
    }
}
