using Creel.Core.Habitats;

namespace Creel.Tests.Habitats;

/// <summary>Reads habitats from texts, as <c>h.json5</c> in <c>/srv/lab</c> of somebody at home in <c>/home/ann</c>.</summary>
internal static class Habitat
{
    public static HabitatReading Read(
        string text,
        string? local = null,
        bool lenient = false,
        Func<string, string?>? include = null
    ) =>
        HabitatReader.Read(
            new HabitatInput
            {
                Main = new HabitatSource("h.json5", text),
                Local = local is null ? null : new HabitatSource("h.local.json5", local),
                Variables = new Dictionary<string, string>
                {
                    ["NAME"] = "lab",
                    ["EMPTY"] = "",
                    ["_X1"] = "1",
                },
                BaseFolder = "/srv/lab",
                HomeFolder = "/home/ann",
                Include = include,
                Lenient = lenient,
            }
        );

    public static HabitatModel Model(
        string text,
        string? local = null,
        bool lenient = false,
        Func<string, string?>? include = null
    )
    {
        var reading = Read(text, local, lenient, include);
        reading.Problems.Where(p => p.Severity == Severity.Error).ShouldBeEmpty();
        return reading.Model.ShouldNotBeNull();
    }

    public static IEnumerable<string> Errors(string text, string? local = null, Func<string, string?>? include = null)
    {
        var reading = Read(text, local, include: include);
        reading.Model.ShouldBeNull();
        return reading.Problems.Where(p => p.Severity == Severity.Error).Select(p => p.ToString());
    }

    public static IEnumerable<string> Warnings(string text, bool lenient = false) =>
        Read(text, lenient: lenient).Problems.Where(p => p.Severity == Severity.Warning).Select(p => p.ToString());
}
