using System.Globalization;
using Creel.Commands.Rendering;
using Creel.Core;
using Creel.Core.Habitats;
using Creel.Core.Isolation;
using Creel.Core.Rendering;
using Creel.Core.Rendering.Contract;
using Creel.Terminal.Client;

namespace Creel.Commands.Compat;

/// <summary>The older generators' variables, and <c>creel render</c>'s files (<c>CREEL_PROFILE=hardened</c>).</summary>
internal static class HardenedGenerator
{
    private const int MostAgents = ContractVariables.MaxAgents;

    private static readonly string[] Habitat =
    [
        "AGENT_COUNT",
        "HABITAT_NAME",
        "PLATFORM",
        "ISOLATION_DEFAULT",
        "ISOLATION_SHARED_PATHS",
        "TELEGRAM_OWNER_ID",
        "DISCORD_OWNER_ID",
        "DISCORD_GUILD_ID",
        "COUNCIL_GROUP_ID",
    ];

    private static readonly string[] Agent =
    [
        "NAME",
        "MODEL",
        "ISOLATION",
        "ISOLATION_GROUP",
        "NETWORK",
        "CAPABILITIES",
        "RESOURCES_MEMORY",
        "RESOURCES_CPU",
        "BOT_TOKEN",
        "TELEGRAM_BOT_TOKEN",
        "DISCORD_BOT_TOKEN",
    ];

    /// <param name="folder">The output folder, absolute.</param>
    /// <exception cref="HabitatException">The variables are wrong; all that is wrong is told.</exception>
    public static async Task<int> RunAsync(
        Call call,
        ContractGenerator generator,
        string folder,
        bool dryRun,
        CancellationToken cancel
    )
    {
        var sessions = generator == ContractGenerator.Session;
        var habitat = Read(call);
        var level = sessions ? IsolationLevel.Session : IsolationLevel.Container;
        habitat = habitat with { Groups = [.. Listed(call, habitat).Where(g => g.Level == level)] };
        var (user, container) = RenderCommand.Users(
            call.Io.Variable("USERNAME") is { Length: > 0 } name ? name : null,
            call.Parts.Self
        );
        var options = new RenderOptions
        {
            Target = sessions ? RenderTarget.Systemd : RenderTarget.Compose,
            User = user,
            ContainerUser = container,
            Image = call.Io.Variable("CONTAINER_IMAGE") is { Length: > 0 } image ? image : new ContractVariables().Image,
        };
        var request = new RenderRequest(habitat, options, folder, PlanOnly: false, Overwrite: false);
        var result = call.Parts.Render.Render(request);
        RenderReport.Show(call, request, result);
        if (result.Design.Groups.Count == 0)
        {
            call.Say($"No {(sessions ? "session" : "container")}-mode groups found");
        }
        else if (!dryRun && sessions)
        {
            var changed = result.Plan.Changes.Where(c => c.Act == FileAct.Replace).Select(c => c.Path.Split('/')[0]);
            string[] restart = [.. changed.SelectMany(p => (string[])[p, $"openclaw-{p}.service"])];
            var units = result.Plan.Changes.Select(c => c.After).OfType<OutputFile>().Where(f => !f.Path.Contains('/'));
            await call.Parts.Contract.StartUnits(folder, [.. units], restart, cancel);
        }
        else if (!dryRun)
        {
            await call.Parts.Contract.StartCompose(folder, cancel);
        }

        return ExitCodes.Ok;
    }

    private static HabitatModel Read(Call call)
    {
        var count = int.TryParse(call.Io.Variable("AGENT_COUNT"), NumberStyles.None, CultureInfo.InvariantCulture, out var n)
            ? Math.Min(n, MostAgents)
            : 0;
        var names = Habitat.Concat(
            Enumerable
                .Range(1, count)
                .SelectMany(i => Agent.Select(key => string.Create(CultureInfo.InvariantCulture, $"AGENT{i}_{key}")))
        );
        var variables = new Dictionary<string, string>();
        foreach (var name in names)
        {
            if (call.Io.Variable(name) is { } value)
            {
                variables[name] = value;
            }
        }

        var input = new HabitatInput { Main = new HabitatSource("environment", ""), HomeFolder = call.Io.Variable("HOME") };
        var reading = HabitatReader.Read(variables, input);
        if (reading.Model is not null)
        {
            RenderReport.Warn(call, reading.Problems);
        }

        return reading.Model ?? throw new HabitatException(reading.Problems);
    }

    /// <summary>The groups that ISOLATION_GROUPS names; a space around one, or one named twice, is only told.</summary>
    private static IEnumerable<AgentGroup> Listed(Call call, HabitatModel habitat)
    {
        var written = ContractVariables
            .Elements(call.Io.Variable("ISOLATION_GROUPS") ?? "")
            .Where(g => g.Trim().Length > 0)
            .ToList();
        var names = written.Select(g => g.Trim().ToLowerInvariant()).ToList();
        if (written.Any(g => g != g.Trim()) || names.Distinct().Count() != names.Count)
        {
            call.Note("warning: ISOLATION_GROUPS has spaces around a group, or a group twice: each is taken once, without them");
        }

        foreach (var nobody in names.Where(name => habitat.Groups.All(g => g.Id.Value != name)).Distinct())
        {
            call.Note($"warning: ISOLATION_GROUPS names {nobody}, to which no agent belongs");
        }

        return habitat.Groups.Where(g => names.Contains(g.Id.Value));
    }
}
