using Creel.Core.Habitats;
using Creel.Core.Habitats.Json5;
using Creel.Core.Habitats.Patching;

namespace Creel.Tests.Provisioning;

/// <summary>A habitat of one text, with its writer: what would be wrong is not written.</summary>
internal sealed class HabitatOfOneText(string text) : IConfigStore
{
    public string Text { get; private set; } = text;

    public int Writes { get; private set; }

    public HabitatModel Model => Read(Text).Required();

    public void Replace(string one, string other) => Text = Text.Replace(one, other, StringComparison.Ordinal);

    public ConfigSnapshot Get() => throw new NotSupportedException();

    public Task<ConfigOutcome> PatchAsync(string? raw, string? baseHash, string by, CancellationToken cancel) =>
        throw new NotSupportedException();

    public Task<ConfigOutcome> SetAsync(string? raw, string? baseHash, string by, CancellationToken cancel) =>
        throw new NotSupportedException();

    public Task<ConfigOutcome> ChangeAsync(Func<string, string> change, string by, CancellationToken cancel)
    {
        var next = change(Json5Text.Write(Json5Reader.Read("x", Text).Root!));
        if (Read(next) is { Model: null } wrong)
        {
            return Task.FromResult<ConfigOutcome>(
                new ConfigOutcome.Refused(ConfigRefusal.Invalid, "invalid config", wrong.Issues)
            );
        }

        (Text, Writes) = (next, Writes + 1);
        return Task.FromResult<ConfigOutcome>(new ConfigOutcome.Done(null!, Noop: false));
    }

    private static HabitatReading Read(string text) =>
        HabitatReader.Read(new HabitatInput { Main = new HabitatSource("habitat.json5", text), HomeFolder = "/root" });
}
