using System.Text.Json;
using Creel.Adapters.Files;
using Creel.Commands.Views;
using Creel.Core;
using Creel.Core.Channels;
using Creel.Core.Habitats;
using Creel.Core.Habitats.Gateway;
using Creel.Core.Routing;

namespace Creel.Roots.Checks;

/// <summary>The habitat that is up, as its files are now: that it is right, and that each message finds somebody.</summary>
internal static class HabitatChecks
{
    private const string Name = "habitat";

    public static IEnumerable<CheckView> Of(string home)
    {
        if (File(home) is not { } file)
        {
            return [CheckView.Fine(Name, "none is up")];
        }

        try
        {
            using var folder = Surroundings.Habitats(TimeProvider.System);
            var reading = folder.Read(file, Older).Reading;
            return reading.Model is { } model
                ?
                [
                    CheckView.Fine(Name, $"{file} is right"),
                    .. Messages(home, model).Select(View),
                    .. OldStateCheck.Of(model),
                    .. reading.Idle.Select(View),
                ]
                : [.. reading.Problems.Where(p => p.Severity == Severity.Error).Select(p => Wrong(p.ToString(), file))];
        }
        catch (CreelException e)
        {
            return [Wrong(e.Fault.Message, file)];
        }
    }

    /// <summary>How messages find their agents, by the accounts that there are.</summary>
    private static IEnumerable<RoutingFinding> Messages(string home, HabitatModel model)
    {
        var kinds = ChannelsRoot.Kinds(TimeProvider.System);
        var kept = Kept(home);
        var lookup = HabitatLookup.Of(model, Environment.GetEnvironmentVariable);
        var accounts = AccountRoster.Of(model, kinds, kept, lookup);
        return
        [
            .. BindingExamination.Of(model, accounts),
            .. TokenExamination.Of(accounts, kinds, kept, lookup),
            .. AckSigns.Examine(accounts, model.Gateway.Messages, kinds),
        ];
    }

    private static IReadOnlyList<ChannelAccount> Kept(string home)
    {
        try
        {
            return new AccountTokenFiles(CreelHome.TokensIn(home)).List();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return [];
        }
    }

    /// <summary>What an older file was read by is not known here; what was an error then would be told twice.</summary>
    private static readonly HabitatManner Older = new(Lenient: true);

    private static CheckView Wrong(string what, string file) =>
        new(Name, CheckState.Warning, what, $"creel habitat check {file}; what was right before stays in force");

    private static CheckView View(IdleKey key) =>
        new($"key {key.At.Path}", CheckState.Warning, $"{key.At}: it is OpenClaw's, and nothing here goes by it", key.Instead);

    private static CheckView View(RoutingFinding finding) =>
        finding.Fine
            ? CheckView.Fine(finding.Name, finding.Sentence)
            : new CheckView(finding.Name, CheckState.Warning, finding.Sentence, finding.Remedy);

    private static string? File(string home)
    {
        try
        {
            var path = CreelHome.DesiredIn(home);
            if (!System.IO.File.Exists(path))
            {
                return null;
            }

            using var document = JsonDocument.Parse(System.IO.File.ReadAllText(path));
            return
                document.RootElement.TryGetProperty("Main", out var main)
                && main.ValueKind == JsonValueKind.Object
                && main.TryGetProperty("File", out var file)
                ? file.GetString()
                : null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or JsonException)
        {
            return null;
        }
    }
}
