using Creel.Core.Habitats.Gateway;
using Creel.Core.Habitats.Json5;
using Creel.Core.Habitats.Legacy;
using Creel.Core.Habitats.Sources;

namespace Creel.Core.Habitats;

/// <summary>Reads a habitat, however it is written, into one model, and tells everything that is wrong with it.</summary>
public static class HabitatReader
{
    /// <summary>
    /// Reads a habitat file: Creel's own format, an <c>openclaw.json</c>, the older <c>habitat.json</c>, or a file with the variables
    /// <c>AGENT_COUNT</c>, <c>AGENT1_NAME</c>, … whose name ends in <c>.env</c>.
    /// </summary>
    public static HabitatReading Read(HabitatInput input)
    {
        if (input.Main.File.EndsWith(EnvironmentText.Extension, StringComparison.Ordinal))
        {
            return ReadEnvironment(input);
        }

        var findings = new Findings(input.Lenient);
        var main = Parse(input.Main, findings);
        var format = main is null ? HabitatFormat.Creel : HabitatFormats.Of(main);
        var included = new List<string>();
        var own =
            main is null ? null
            : format == HabitatFormat.Legacy ? new LegacyHabitat(findings, input.Profile).Convert(main)
            : AsObject(new Includes(Noted(input.Include, included), findings).Resolve(main), findings);
        return Finish(own, format, input, findings, included);
    }

    /// <summary>
    /// Reads a habitat from the variables <c>AGENT_COUNT</c>, <c>AGENT1_NAME</c>, … themselves, whatever is in their values.
    /// </summary>
    /// <param name="input">Its main text is not looked at; its file name is what problems are told of.</param>
    public static HabitatReading Read(IReadOnlyDictionary<string, string> variables, HabitatInput input)
    {
        return ReadVariables(
            variables.ToDictionary(v => v.Key, v => Tree.Text(Json5Place.Named(input.Main.File, v.Key), v.Value)),
            input,
            new Findings(input.Lenient)
        );
    }

    private static HabitatReading ReadEnvironment(HabitatInput input)
    {
        var findings = new Findings(input.Lenient);
        return ReadVariables(EnvironmentText.Read(input.Main, findings), input, findings);
    }

    private static HabitatReading ReadVariables(
        IReadOnlyDictionary<string, Json5String> variables,
        HabitatInput input,
        Findings findings
    )
    {
        var read = new EnvironmentHabitat(input.Main.File, variables, findings).Read();
        var own = read is null ? null : new LegacyHabitat(findings, input.Profile).Convert(read);
        return Finish(own, HabitatFormat.Environment, input, findings);
    }

    private static Func<string, string?>? Noted(Func<string, string?>? load, List<string> included) =>
        load is null
            ? null
            : path =>
            {
                included.Add(path);
                return load(path);
            };

    private static HabitatReading Finish(
        Json5Object? own,
        HabitatFormat format,
        HabitatInput input,
        Findings findings,
        IReadOnlyList<string>? included = null
    )
    {
        if (format == HabitatFormat.Creel && input.Profile == HabitatProfile.Contract)
        {
            findings.Error(
                Json5Place.Root(input.Main.File),
                "the profile 'contract' is for the older formats; here all is as it is written"
            );
        }

        var local = input.Local is null ? null : Parse(input.Local, findings);
        HabitatModel? model = null;
        var (main, resolved) = (own, own);
        var declared = new Dictionary<string, HabitatPlace>();
        var budgets = new Dictionary<string, HabitatPlace>();
        var taken = new SortedSet<string>(StringComparer.Ordinal);
        if (own is not null)
        {
            own = local is null ? own : new Overlay(findings).Lay(own, local);

            // What the older formats say is taken as it is: they know no ${VAR}.
            var expanded =
                format == HabitatFormat.Creel
                    ? new Variables(Lookup(input, own, taken), input.Withheld, findings).Expand(own)
                    : own;
            resolved = (Json5Object)expanded;
            model = new HabitatBinder(input, OwnPaths(input, included ?? []), findings, declared, budgets).Bind(resolved, own);
        }

        IReadOnlyList<IdleKey> idle =
            own is not null && format == HabitatFormat.Creel ? [.. IdleKeys.Of(own).Where(k => !findings.TellsOf(k.At))] : [];
        if (idle is [var first, ..])
        {
            findings.Warn(
                first.At,
                idle.Count == 1
                    ? $"nothing here goes by this key of OpenClaw's ({first.Instead})"
                    : $"nothing here goes by this key of OpenClaw's, nor by {idle.Count - 1} more: creel doctor lists them"
            );
        }

        return new HabitatReading(model, findings.Sorted())
        {
            Format = format,
            Main = main,
            Written = own,
            Resolved = resolved,
            Idle = idle,
            Declared = declared,
            Budgets = budgets,
            Taken = [.. taken],
        };
    }

    /// <summary>By name, and where they really are: both decide what is read next time.</summary>
    private static HashSet<string> OwnPaths(HabitatInput input, IReadOnlyList<string> included)
    {
        string?[] files = [NameOf(input.Main.File), input.Local is { } local ? NameOf(local.File) : null];
        var names = files.OfType<string>().Concat(included).Prepend("").ToList();
        return
        [
            .. names.Select(name => $"{input.BaseFolder.TrimEnd('/')}/{name}".TrimEnd('/')).Where(path => path.Length > 0),
            .. names.Select(name => input.Really?.Invoke(name)).OfType<string>(),
        ];
    }

    private static string NameOf(string file) => file[(file.LastIndexOf('/') + 1)..];

    private static Json5Object? Parse(HabitatSource source, Findings findings)
    {
        var reading = Json5Reader.Read(source.File, source.Text);
        findings.Add(reading.Problems);
        return reading.Root is null ? null : AsObject(reading.Root, findings);
    }

    private static Json5Object? AsObject(Json5Node root, Findings findings)
    {
        if (root is not Json5Object)
        {
            findings.Error(root.At, $"a habitat is an object, not {root.Kind}");
        }

        return root as Json5Object;
    }

    /// <summary>The environment first, then the habitat's own <c>env</c> section, as in OpenClaw.</summary>
    private static Func<string, string?> Lookup(HabitatInput input, Json5Object root, SortedSet<string> taken)
    {
        var env = root.Value("env") as Json5Object;
        return name =>
        {
            if (input.Variables.TryGetValue(name, out var value) && value.Length > 0)
            {
                taken.Add(name);
                return value;
            }

            return HabitatLookup.In(env, name);
        };
    }
}
